"""Doubles of AWS for tests, rehearsals and the sandbox. Never imported by code for real accounts."""
