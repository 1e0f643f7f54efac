"""How hard hypothesis tries: HYPOTHESIS_PROFILE is fast, dev, ci or nightly; dev unless told, ci where CI is set.

Two more are for runs of their own. mutants is for mutants.py: it does not look for a smaller failing example.
threads tries little, because each test runs in every thread.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest.register_assert_rewrite("refusals")

# The common laws are inherited, so one test function runs in the class of every measure; and no law is about time.
common = settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])
settings.register_profile("fast", common, max_examples=10, derandomize=True)
settings.register_profile("dev", common, max_examples=30)
settings.register_profile("ci", common, max_examples=15, derandomize=True)
settings.register_profile("mutants", common, max_examples=30, derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.register_profile("threads", common, max_examples=3, derandomize=True)
settings.register_profile("nightly", common, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
