"""Background work: sending texts, enqueueing broadcasts, and settling unconfirmed texts."""
