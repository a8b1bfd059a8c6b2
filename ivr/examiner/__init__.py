"""The examiner: a process of its own that reads, compares, plays and proves the sets that operators are working on.

A worker answers calls; proving a set would keep it from that for seconds. So whoever wants a set examined lays it down
in a folder (`checks`), and looks there how far it has come. The examiner (`python -m ivr.examiner`) has loaded all that
it needs beforehand and splits off a process for each set (`examination`): the first problems are there within a second.

    var/checks/examiner        held by the examiner for as long as it lives
    var/checks/askers/…        who wants what, one file for each asker; one that is not renewed is forgotten
    var/checks/KEY/job         what is to be examined; KEY is its checksum, so that nothing is examined twice
    var/checks/KEY/state       how far it has come, and what was found
    var/checks/KEY/stop        somebody has had enough

Nothing depends on who began it: any worker of the machine may ask, and if the examiner is gone, the next one who asks
starts another. An examination that was killed is begun again; one that nobody asks about any more ends by itself.
"""
