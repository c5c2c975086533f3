"""What is wrong with something that a person set: the command line and the control API show it."""


class BadInput(ValueError):
    """Names the field and the rule that it breaks."""
