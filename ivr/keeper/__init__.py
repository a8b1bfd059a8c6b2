"""The keeper: one process beside the workers that does everything which is not answering calls.

    house      the loop: looks at files and spool, decides what is in force, lays it on the desk
    files      notices that an operator has changed a file, and waits until she has finished
    traffic    how many calls and connections are under way, from what the workers write down
    limits     what of it can still be taken
    ledger     a thread of its own for the database: moves the spool there, fetches what others have published

The database may be slow, full or away: that holds up the ledger's thread and nothing else. The keeper may be killed at
any moment: what it knows lies on the desk and in the spool, and the next one goes on from there.
"""
