SET lock_timeout = '3s';

-- The sweep closes what expired; most grants never do.
CREATE INDEX grant_expiry_due ON grants (expires_at) WHERE ended_at IS NULL AND expires_at IS NOT NULL;
