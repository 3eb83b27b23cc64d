"""Đối chiếu văn bản đến: reading the register of a document system and matching it with what is owed. Pure functions."""
