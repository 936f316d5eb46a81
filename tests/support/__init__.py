"""What tests of several areas share: taps, CRMs and stages in memory."""
