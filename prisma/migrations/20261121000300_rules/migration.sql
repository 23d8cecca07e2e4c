SET lock_timeout = '3s';

-- Closed sets and shapes. Text with a check rather than a Postgres enum, whose values cannot be dropped.

ALTER TABLE environment
  ADD CONSTRAINT environment_kind CHECK (kind IN ('live', 'sandbox')),
  ADD CONSTRAINT environment_provider CHECK (provider IN ('sandbox', 'stripe')),
  ADD CONSTRAINT environment_live_is_real CHECK
    (kind = 'sandbox' OR (clock_offset_ms = 0 AND provider IS DISTINCT FROM 'sandbox'));

ALTER TABLE member
  ADD CONSTRAINT member_role CHECK (role IN ('owner', 'admin', 'developer', 'support', 'viewer')),
  ADD CONSTRAINT member_grant_cap CHECK (grant_cap >= 0);

ALTER TABLE invitation
  ADD CONSTRAINT invitation_role CHECK (role IN ('owner', 'admin', 'developer', 'support', 'viewer')),
  ADD CONSTRAINT invitation_email CHECK (email = lower(email));

ALTER TABLE app_user ADD CONSTRAINT app_user_email_case CHECK (email = lower(email));

ALTER TABLE api_key
  ADD CONSTRAINT api_key_kind CHECK (kind IN ('secret', 'publishable', 'jwt')),
  ADD CONSTRAINT api_key_hash_size CHECK (octet_length(hash) = 32);

ALTER TABLE feature
  ADD CONSTRAINT feature_type CHECK (type IN ('boolean', 'metered', 'credit_system', 'ai_credit_system')),
  ADD CONSTRAINT feature_rollup_keys CHECK (cardinality(rollup_keys) <= 4);

ALTER TABLE plan_item
  ADD CONSTRAINT plan_item_included CHECK (included >= 0),
  ADD CONSTRAINT plan_item_reset CHECK (
    (reset_unit IS NULL) = (reset_count IS NULL) AND reset_count >= 1
    AND reset_unit IN ('minute', 'hour', 'day', 'week', 'month', 'quarter', 'semi_annual', 'year')),
  ADD CONSTRAINT plan_item_billing_behavior CHECK (billing_behavior IN ('arrear', 'prorated'));

ALTER TABLE price
  ADD CONSTRAINT price_interval CHECK (
    interval IN ('one_off', 'week', 'month', 'quarter', 'semi_annual', 'year') AND interval_count >= 1),
  ADD CONSTRAINT price_billing_units CHECK (billing_units > 0),
  ADD CONSTRAINT price_method CHECK (
    method IN ('base', 'prepaid', 'usage_based') AND (method = 'base') = (plan_item_id IS NULL)),
  ADD CONSTRAINT price_tier_behavior CHECK (tier_behavior IN ('graduated', 'volume')),
  ADD CONSTRAINT price_max_purchase CHECK (max_purchase >= 0),
  ADD CONSTRAINT price_on_increase CHECK (on_increase IN
    ('prorate_immediately', 'bill_immediately', 'prorate_next_cycle', 'bill_next_cycle')),
  ADD CONSTRAINT price_on_decrease CHECK (on_decrease IN
    ('prorate_immediately', 'prorate_next_cycle', 'none', 'no_prorations'));

ALTER TABLE customer
  ADD CONSTRAINT customer_external_id_length CHECK (length(external_id) BETWEEN 1 AND 256);

ALTER TABLE entity
  ADD CONSTRAINT entity_external_id_length CHECK (length(external_id) BETWEEN 1 AND 256);

ALTER TABLE subscription
  ADD CONSTRAINT subscription_status CHECK (status IN ('scheduled', 'active', 'past_due', 'ended')),
  ADD CONSTRAINT subscription_quantity CHECK (quantity >= 0);

ALTER TABLE grants
  ADD CONSTRAINT grants_kind CHECK (kind IN
    ('plan', 'addon', 'purchase', 'topup', 'reward', 'manual', 'carry', 'rollover')),
  ADD CONSTRAINT grants_overflow CHECK (overflow BETWEEN 0 AND 3),
  ADD CONSTRAINT grants_reset_by CHECK (reset_by BETWEEN 0 AND 2),
  ADD CONSTRAINT grants_reset CHECK (
    (reset_unit IS NULL) = (reset_count IS NULL) AND reset_count >= 1
    AND reset_unit IN ('minute', 'hour', 'day', 'week', 'month', 'quarter', 'semi_annual', 'year'));

-- No balance may be checked against its floor: carried usage and overage break it legitimately. The
-- ledger says why instead. Only a reset (1), an expiry (2) and an opening (3) need no cause of their own.
ALTER TABLE ledger_entry
  ADD CONSTRAINT ledger_entry_cause CHECK (cause IN (1, 2, 3, 10, 11, 12, 13, 14, 15)),
  ADD CONSTRAINT ledger_entry_allowance CHECK (allowance BETWEEN 0 AND 9),
  ADD CONSTRAINT ledger_entry_below_zero CHECK (balance_after >= 0 OR delta >= 0 OR allowance <> 0),
  ADD CONSTRAINT ledger_entry_cause_id CHECK (cause_id IS NOT NULL OR cause IN (1, 2, 3));

ALTER TABLE balance_edit
  ADD CONSTRAINT balance_edit_kind CHECK (kind IN ('create', 'update', 'delete', 'undo')),
  ADD CONSTRAINT balance_edit_undo CHECK ((kind = 'undo') = (undoes_id IS NOT NULL)),
  ADD CONSTRAINT balance_edit_actor_kind CHECK (actor_kind IN ('user', 'api_key', 'system'));

ALTER TABLE meter_event
  ADD CONSTRAINT meter_event_deductions CHECK (cardinality(ded_grants) = cardinality(ded_values));

ALTER TABLE audit_entry
  ADD CONSTRAINT audit_entry_actor_kind CHECK (actor_kind IN ('user', 'api_key', 'system'));

-- Uniqueness that holds for some rows only, and indexes on them.

CREATE UNIQUE INDEX environment_one_live ON environment (org_id) WHERE kind = 'live';
CREATE UNIQUE INDEX invitation_one_open ON invitation (org_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX customer_external ON customer (env_id, external_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customer_claim ON customer (env_id, lower(email)) WHERE external_id IS NULL AND deleted_at IS NULL;
CREATE INDEX customer_created ON customer (env_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX entity_external ON entity (customer_id, external_id) WHERE deleted_at IS NULL;
CREATE INDEX entity_environment ON entity (env_id, external_id) WHERE deleted_at IS NULL;
CREATE INDEX entity_created ON entity (env_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX grant_reset_due ON grants (next_reset_at) WHERE ended_at IS NULL AND reset_by = 0;
CREATE UNIQUE INDEX sub_one_main ON subscription (customer_id, entity_id, group_key) NULLS NOT DISTINCT
  WHERE is_main AND status IN ('active', 'past_due');
CREATE UNIQUE INDEX sub_one_next ON subscription (customer_id, entity_id, group_key) NULLS NOT DISTINCT
  WHERE is_main AND status = 'scheduled';

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX customer_search ON customer USING gin
  ((coalesce(external_id,'')||' '||coalesce(name,'')||' '||coalesce(email,'')) gin_trgm_ops);

-- Append-only tables. Rows of a sandbox may go when the session names that very environment.

CREATE FUNCTION is_sandbox_reset(row_env_id int) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_setting('windfall.reset_env', true) = row_env_id::text
    AND EXISTS (SELECT 1 FROM environment WHERE id = row_env_id AND kind <> 'live')
$$;

CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF tg_op = 'DELETE' AND is_sandbox_reset(old.env_id) THEN RETURN old; END IF;
  RAISE EXCEPTION '% on % is forbidden: append-only', tg_op, tg_table_name USING errcode = '23514';
END $$;

CREATE FUNCTION forbid_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION '% on % is forbidden: append-only', tg_op, tg_table_name USING errcode = '23514';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION forbid_truncate();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON meter_event FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON meter_event FOR EACH STATEMENT EXECUTE FUNCTION forbid_truncate();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION forbid_truncate();

-- A published version, its items and prices never change, except that an item may retire. The
-- transaction that makes a version also fills it, hence the look at xmin: whoever made the row that
-- is visible here is this transaction or is done. A version nobody ever held may be deleted.

CREATE FUNCTION guard_plan_content(of_env_id int, of_version_id bigint, op text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  version record;
BEGIN
  SELECT published_at, xmin = pg_current_xact_id()::xid AS is_being_made INTO version
    FROM plan_version WHERE env_id = of_env_id AND id = of_version_id;
  IF NOT found OR version.published_at IS NULL THEN RETURN; END IF;
  IF op = 'INSERT' AND version.is_being_made THEN RETURN; END IF;
  IF op = 'DELETE' AND (is_sandbox_reset(of_env_id) OR NOT EXISTS (
    SELECT 1 FROM subscription WHERE env_id = of_env_id AND plan_version_id = of_version_id)) THEN RETURN; END IF;
  RAISE EXCEPTION '% in plan version % is forbidden: published', op, of_version_id USING errcode = '23514';
END $$;

CREATE FUNCTION guard_plan_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM guard_plan_content(old.env_id, old.id, tg_op);
  RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
END $$;

CREATE FUNCTION guard_plan_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unchanged plan_item := new;
BEGIN
  IF tg_op = 'UPDATE' THEN
    unchanged.retired_at := old.retired_at;
    IF unchanged IS NOT DISTINCT FROM old THEN RETURN new; END IF;
  END IF;
  IF tg_op <> 'INSERT' THEN PERFORM guard_plan_content(old.env_id, old.plan_version_id, tg_op); END IF;
  IF tg_op <> 'DELETE' THEN PERFORM guard_plan_content(new.env_id, new.plan_version_id, tg_op); END IF;
  RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
END $$;

CREATE FUNCTION guard_price() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF tg_op <> 'INSERT' THEN PERFORM guard_plan_content(old.env_id, old.plan_version_id, tg_op); END IF;
  IF tg_op <> 'DELETE' THEN PERFORM guard_plan_content(new.env_id, new.plan_version_id, tg_op); END IF;
  RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
END $$;

CREATE FUNCTION guard_price_amount() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF tg_op <> 'INSERT' THEN
    PERFORM guard_plan_content(env_id, plan_version_id, tg_op) FROM price WHERE env_id = old.env_id AND id = old.price_id;
  END IF;
  IF tg_op <> 'DELETE' THEN
    PERFORM guard_plan_content(env_id, plan_version_id, tg_op) FROM price WHERE env_id = new.env_id AND id = new.price_id;
  END IF;
  RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
END $$;

CREATE TRIGGER published BEFORE UPDATE OR DELETE ON plan_version FOR EACH ROW EXECUTE FUNCTION guard_plan_version();
CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON plan_item FOR EACH ROW EXECUTE FUNCTION guard_plan_item();
CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON price FOR EACH ROW EXECUTE FUNCTION guard_price();
CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON price_amount FOR EACH ROW EXECUTE FUNCTION guard_price_amount();

-- Partitions. There is no default partition: it would defeat the ordered scan that as-of reads need.

DO $$ BEGIN
  FOR remainder IN 0..15 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF idempotency FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
      'idempotency_' || lpad(remainder::text, 2, '0'), remainder);
  END LOOP;
END $$;

-- Makes the monthly partitions that are missing, from 14 months back (backdated events reach 13) to
-- `months_ahead` from now, and returns how many it made. A table is filled in first and attached
-- afterwards, because attaching lets readers and writers of the parent go on.
CREATE FUNCTION ensure_partitions(months_ahead int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  first_day timestamp;
  parent text;
  partition text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
  FOREACH parent IN ARRAY ARRAY['ledger_entry', 'meter_event'] LOOP
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
