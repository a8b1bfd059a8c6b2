"""Reading what operators write: words with places, problems with repairs. Knows YAML, and nothing of telephones."""
