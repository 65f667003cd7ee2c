"""The bulk speaker: labctl's own, for tables of real size. Its UPDATEs are made once and streamed as fast as the peer's TCP takes them (decision 12)."""
