"""Running dondoc: the supervisor of one machine, and the code that registers Prefect deployments."""
