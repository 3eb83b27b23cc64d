"""The portal against malice: reliability.md section 3 has the controls."""
