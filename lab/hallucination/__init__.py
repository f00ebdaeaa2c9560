"""Hallucination: deduplicating data, detecting made-up answers, editing stored facts."""
