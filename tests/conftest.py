"""How hard hypothesis tries: HYPOTHESIS_PROFILE is smoke, fast, dev or nightly; dev unless told, fast where CI is set.

smoke and fast draw the same examples each time. One more is for runs of mutants.py: it does not look for a smaller
failing example.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest.register_assert_rewrite("refusals")

# The common laws are inherited, so one test function runs in the class of every measure; and no law is about time.
common = settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])
settings.register_profile("smoke", common, max_examples=3, derandomize=True)
settings.register_profile("fast", common, max_examples=10, derandomize=True)
settings.register_profile("dev", common, max_examples=30)
settings.register_profile("mutants", common, max_examples=30, derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.register_profile("nightly", common, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast" if os.environ.get("CI") else "dev"))
