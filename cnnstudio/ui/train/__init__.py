"""The Train workspace: the plan, live curves, the runs so far, the confusion matrix."""
