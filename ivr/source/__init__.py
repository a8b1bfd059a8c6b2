"""Reading what operators write: words with places, problems with repairs. Knows YAML, and nothing of telephones.

* `places`: words, tables and rows that remember where they stand.
* `problems`: what is wrong, in German and English; `report` shows it.
* `readable`: how a value class reads itself.
* `near`: what was probably meant.
* `reader`: a YAML file as a table; `complaints` words what it finds, `syntax` what libyaml finds.

Import the module you need: only `reader` brings PyYAML along.
"""
