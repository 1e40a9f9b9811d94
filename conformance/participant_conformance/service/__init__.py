"""The simulated Participant Service, without sockets and without a clock: requests go in, answers come out.

``lifecycle`` holds the one table of what changes a participant; ``machine`` keeps the participants and what was
scripted; ``front`` stands before it, as HTTP does. Time is passed in (:class:`~.moment.Moment`), names come from
:class:`~.ids.Ids`: the same requests at the same times give the same answers. Nothing here may know sockets, threads
or a command line: ``serving`` does.
"""
