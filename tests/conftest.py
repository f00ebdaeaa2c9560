from hypothesis import settings

# The same examples on every run: a failure here is a failure on everybody's machine.
settings.register_profile("site", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("site")
