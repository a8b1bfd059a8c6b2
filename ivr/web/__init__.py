"""The web side: Flask for the routes (`app`), a worker's start (`entry`), the processes that carry it (`server`)."""
