"""The crew: resident worker processes, one a GPU, that make the takes of every film's runs.

house.py    in `dailies serve`: starts the scheduler and the workers, starts dead ones again
hire.py     in a shot's run: has its takes made, wherever a worker is free
work.py     in a worker: makes one take; the models stay in the process
"""
