SET lock_timeout = '3s';

ALTER TABLE "grants" ADD COLUMN     "rollover" JSONB;

ALTER TABLE "plan_item" ADD COLUMN     "reset_on_switch" BOOLEAN;

CREATE TABLE "lock" (
    "customer_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "env_id" INTEGER NOT NULL,
    "lock_key" TEXT COLLATE "C" NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "entity_id" UUID,
    "amount" DECIMAL(38,10) NOT NULL,
    "status" SMALLINT NOT NULL DEFAULT 0,
    "part_grants" UUID[],
    "part_amounts" DECIMAL(38,10)[],
    "part_units" DECIMAL(38,10)[],
    "properties" JSONB,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "lapses" BOOLEAN NOT NULL DEFAULT false,
    "closed_at" TIMESTAMPTZ(3),
    "close_event_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lock_pkey" PRIMARY KEY ("customer_id","id")
);

CREATE TABLE "usage_window" (
    "customer_id" UUID NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "scope_id" UUID NOT NULL,
    "limit_hash" BIGINT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "env_id" INTEGER NOT NULL,
    "used" DECIMAL(38,10) NOT NULL,

    CONSTRAINT "usage_window_pkey" PRIMARY KEY ("customer_id","feature_id","scope_id","limit_hash","starts_at")
) WITH (fillfactor = 70);

CREATE TABLE "alert_state" (
    "customer_id" UUID NOT NULL,
    "scope_id" UUID NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "env_id" INTEGER NOT NULL,
    "fired_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_state_pkey" PRIMARY KEY ("customer_id","scope_id","feature_id","key")
);

CREATE TABLE "topup_state" (
    "customer_id" UUID NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "env_id" INTEGER NOT NULL,
    "requested_at" TIMESTAMPTZ(3),
    "suppressed_until" TIMESTAMPTZ(3),
    "suspended_at" TIMESTAMPTZ(3),
    "card_fingerprint" TEXT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "window" JSONB,

    CONSTRAINT "topup_state_pkey" PRIMARY KEY ("customer_id","feature_id")
);

CREATE TABLE "ai_model_rate" (
    "env_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "model" TEXT COLLATE "C" NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "rates" JSONB,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_model_rate_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "usage_rollup" (
    "customer_id" UUID NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "entity_id" UUID NOT NULL,
    "env_id" INTEGER NOT NULL,
    "count" BIGINT NOT NULL,
    "tracked" DECIMAL(38,10) NOT NULL,

    CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("customer_id","feature_id","bucket_at","entity_id")
) WITH (fillfactor = 70);

CREATE TABLE "usage_rollup_env" (
    "env_id" INTEGER NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "slot" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "tracked" DECIMAL(38,10) NOT NULL,

    CONSTRAINT "usage_rollup_env_pkey" PRIMARY KEY ("env_id","feature_id","bucket_at","slot")
) WITH (fillfactor = 50);

CREATE TABLE "usage_rollup_key" (
    "env_id" INTEGER NOT NULL,
    "feature_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "value_hash" UUID NOT NULL,
    "value" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "tracked" DECIMAL(38,10) NOT NULL,

    CONSTRAINT "usage_rollup_key_pkey" PRIMARY KEY ("env_id","feature_id","key","bucket_at","value_hash")
);

CREATE TABLE "event_erasure" (
    "customer_id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "env_id" INTEGER NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_erasure_pkey" PRIMARY KEY ("customer_id","entity_id")
);

CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "env_id" INTEGER NOT NULL,
    "customer_id" UUID,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "dispatched_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id","recorded_at")
) PARTITION BY RANGE ("recorded_at");

CREATE INDEX "ai_model_rate_newest" ON "ai_model_rate"("env_id", "model", "valid_from");

CREATE INDEX "outbox_time" ON "outbox"("env_id", "recorded_at");

ALTER TABLE "lock" ADD CONSTRAINT "lock_env_id_customer_id_fkey" FOREIGN KEY ("env_id", "customer_id") REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "lock" ADD CONSTRAINT "lock_env_id_feature_id_fkey" FOREIGN KEY ("env_id", "feature_id") REFERENCES "feature"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "lock" ADD CONSTRAINT "lock_customer_id_entity_id_fkey" FOREIGN KEY ("customer_id", "entity_id") REFERENCES "entity"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "ai_model_rate" ADD CONSTRAINT "ai_model_rate_env_id_fkey" FOREIGN KEY ("env_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE lock
  ADD CONSTRAINT lock_key_length CHECK (length(lock_key) BETWEEN 1 AND 256),
  ADD CONSTRAINT lock_status CHECK (status BETWEEN 0 AND 4),
  ADD CONSTRAINT lock_closed CHECK ((status = 0) = (closed_at IS NULL)),
  ADD CONSTRAINT lock_parts CHECK (cardinality(part_grants) = cardinality(part_amounts)
    AND cardinality(part_grants) = cardinality(part_units));
CREATE UNIQUE INDEX lock_held ON lock (env_id, lock_key) WHERE status = 0;
CREATE INDEX lock_due ON lock (expires_at) WHERE status = 0;
CREATE INDEX lock_of_customer ON lock (customer_id) WHERE status = 0;

ALTER TABLE topup_state ADD CONSTRAINT topup_state_failures CHECK (failures >= 0);
CREATE INDEX topup_requested ON topup_state (requested_at) WHERE requested_at IS NOT NULL;

CREATE INDEX outbox_due ON outbox (recorded_at, id) WHERE dispatched_at IS NULL;

-- 16: a rollover trimmed to its cap.
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_cause;
ALTER TABLE ledger_entry
  ADD CONSTRAINT ledger_entry_cause CHECK (cause IN (1, 2, 3, 10, 11, 12, 13, 14, 15, 16));

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ai_model_rate FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ai_model_rate FOR EACH STATEMENT EXECUTE FUNCTION forbid_truncate();

-- An event never changes, except that the properties of a deleted customer's or entity's events are
-- erased: they are the caller's own words and may be about a person.
CREATE FUNCTION forbid_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  erased meter_event;
BEGIN
  IF tg_op = 'DELETE' AND is_sandbox_reset(old.env_id) THEN RETURN old; END IF;
  IF tg_op = 'UPDATE' THEN
    erased := old;
    erased.properties := NULL;
    IF new IS NOT DISTINCT FROM erased AND (
      EXISTS (SELECT 1 FROM customer c WHERE c.env_id = old.env_id AND c.id = old.customer_id
        AND c.deleted_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM entity n WHERE n.customer_id = old.customer_id AND n.id = old.entity_id
        AND n.deleted_at IS NOT NULL)) THEN RETURN new; END IF;
  END IF;
  RAISE EXCEPTION '% on % is forbidden: append-only', tg_op, tg_table_name USING errcode = '23514';
END $$;

DROP TRIGGER append_only ON meter_event;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON meter_event FOR EACH ROW EXECUTE FUNCTION forbid_event_change();

-- Drops the events of whole months, the ones recorded before the first of so many months back.
CREATE FUNCTION drop_expired_events(months_kept int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  oldest text := 'meter_event' || to_char(
    date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept), '_YYYY_MM');
  partition text;
  dropped int := 0;
BEGIN
  IF months_kept < 14 THEN RAISE EXCEPTION 'events are kept for 14 months at least'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'meter_event'::regclass AND c.relname ~ '^meter_event_[0-9]{4}_[0-9]{2}$'
      AND c.relname < oldest
    ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

-- The outbox has partitions too.
CREATE OR REPLACE FUNCTION ensure_partitions(months_ahead int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  first_day timestamp;
  parent text;
  partition text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
  FOREACH parent IN ARRAY ARRAY['ledger_entry', 'meter_event', 'outbox'] LOOP
    FOR month IN -14..months_ahead LOOP
      first_day := this_month + make_interval(months => month);
      partition := parent || to_char(first_day, '_YYYY_MM');
      CONTINUE WHEN to_regclass(quote_ident(partition)) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
      EXECUTE format(
        'CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_truncate()',
        partition);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition,
        first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

SELECT ensure_partitions(12);

-- Use that was recorded before there were rollups. Once, here, because nothing was released yet.
INSERT INTO usage_rollup (customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
SELECT customer_id, feature_id, date_bin('15 minutes', occurred_at, 'epoch'),
  coalesce(entity_id, '00000000-0000-0000-0000-000000000000'), env_id, count(*), sum(value)
FROM meter_event GROUP BY 1, 2, 3, 4, 5;
INSERT INTO usage_rollup_env (env_id, feature_id, bucket_at, slot, count, tracked)
SELECT env_id, feature_id, bucket_at, 0, sum(count), sum(tracked) FROM usage_rollup GROUP BY 1, 2, 3;
