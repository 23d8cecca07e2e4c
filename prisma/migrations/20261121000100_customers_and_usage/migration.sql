SET lock_timeout = '3s';

CREATE TABLE "customer" (
  "env_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "external_id" TEXT COLLATE "C",
  "email" TEXT,
  "name" TEXT,
  "fingerprint" TEXT,
  "metadata" JSONB NOT NULL DEFAULT '{}',
  "currency" CHAR(3),
  "provider" TEXT,
  "provider_ref" TEXT,
  "send_email_receipts" BOOLEAN NOT NULL DEFAULT false,
  "billing_controls" JSONB,
  "config" JSONB,
  "deleted_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "customer_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "customer_head" (
  "customer_id" UUID NOT NULL,
  "env_id" INTEGER NOT NULL,
  "seq" BIGINT NOT NULL DEFAULT 0,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "test_clock_at" TIMESTAMPTZ(3),
  CONSTRAINT "customer_head_pkey" PRIMARY KEY ("customer_id")
) WITH (fillfactor = 50);

CREATE TABLE "entity" (
  "customer_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "env_id" INTEGER NOT NULL,
  "external_id" TEXT COLLATE "C",
  "name" TEXT,
  "feature_id" INTEGER NOT NULL,
  "billing_controls" JSONB,
  "deleted_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "entity_pkey" PRIMARY KEY ("customer_id","id")
);

CREATE TABLE "grants" (
  "customer_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "env_id" INTEGER NOT NULL,
  "feature_id" INTEGER NOT NULL,
  "entity_id" UUID,
  "kind" TEXT NOT NULL,
  "set_id" UUID NOT NULL,
  "parent_id" UUID,
  "subscription_id" UUID,
  "plan_item_id" BIGINT,
  "external_ref" TEXT COLLATE "C",
  "included" DECIMAL(38,10) NOT NULL,
  "prepaid" DECIMAL(38,10) NOT NULL DEFAULT 0,
  "adjustment" DECIMAL(38,10) NOT NULL DEFAULT 0,
  "balance" DECIMAL(38,10) NOT NULL,
  "unlimited" BOOLEAN NOT NULL DEFAULT false,
  "overflow" SMALLINT NOT NULL DEFAULT 0,
  "floor" DECIMAL(38,10),
  "reset_by" SMALLINT NOT NULL DEFAULT 2,
  "reset_unit" TEXT,
  "reset_count" INTEGER,
  "anchor_at" TIMESTAMPTZ(3),
  "next_reset_at" TIMESTAMPTZ(3),
  "starts_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "ended_at" TIMESTAMPTZ(3),
  "suspended_at" TIMESTAMPTZ(3),
  "is_add_on" BOOLEAN NOT NULL DEFAULT false,
  "last_seq" BIGINT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "grants_pkey" PRIMARY KEY ("customer_id","id")
) WITH (fillfactor = 70);

CREATE TABLE "ledger_entry" (
  "customer_id" UUID NOT NULL,
  "grant_id" UUID NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "seq" BIGINT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "env_id" INTEGER NOT NULL,
  "feature_id" INTEGER NOT NULL,
  "cause" SMALLINT NOT NULL,
  "allowance" SMALLINT NOT NULL DEFAULT 0,
  "cause_id" UUID,
  "delta" DECIMAL(38,10) NOT NULL,
  "balance_after" DECIMAL(38,10) NOT NULL,
  "granted_delta" DECIMAL(38,10) NOT NULL,
  "granted_after" DECIMAL(38,10) NOT NULL,
  CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("customer_id","grant_id","recorded_at","seq")
) PARTITION BY RANGE ("recorded_at");

CREATE TABLE "balance_edit" (
  "customer_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "env_id" INTEGER NOT NULL,
  "grant_id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "actor_kind" TEXT NOT NULL,
  "actor_id" TEXT,
  "actor_label" TEXT NOT NULL,
  "input" JSONB NOT NULL,
  "undoes_id" UUID,
  "approved_by" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "balance_edit_pkey" PRIMARY KEY ("customer_id","id")
);

CREATE TABLE "meter_event" (
  "id" UUID NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "customer_id" UUID NOT NULL,
  "entity_id" UUID,
  "occurred_at" TIMESTAMPTZ(3) NOT NULL,
  "seq" BIGINT NOT NULL,
  "env_id" INTEGER NOT NULL,
  "feature_id" INTEGER NOT NULL,
  "event_name" TEXT COLLATE "C",
  "value" DECIMAL(38,10) NOT NULL,
  "ded_grants" UUID[] NOT NULL,
  "ded_values" DECIMAL(38,10)[] NOT NULL,
  "properties" JSONB,
  CONSTRAINT "meter_event_pkey" PRIMARY KEY ("id","recorded_at")
) PARTITION BY RANGE ("recorded_at");

CREATE TABLE "subscription" (
  "customer_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "env_id" INTEGER NOT NULL,
  "plan_id" INTEGER NOT NULL,
  "plan_version_id" BIGINT NOT NULL,
  "entity_id" UUID,
  "group_key" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "is_main" BOOLEAN NOT NULL,
  "status" TEXT NOT NULL,
  "past_due" BOOLEAN NOT NULL DEFAULT false,
  "quantity" INTEGER NOT NULL DEFAULT 1,
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "ends_at" TIMESTAMPTZ(3),
  "canceled_at" TIMESTAMPTZ(3),
  "trial_ends_at" TIMESTAMPTZ(3),
  "anchor_at" TIMESTAMPTZ(3) NOT NULL,
  "period_start" TIMESTAMPTZ(3),
  "period_end" TIMESTAMPTZ(3),
  "provider_subscription_id" UUID,
  "external_ref" TEXT COLLATE "C",
  "license_pool_id" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "subscription_pkey" PRIMARY KEY ("customer_id","id")
);

CREATE TABLE "idempotency" (
  "env_id" INTEGER NOT NULL,
  "key_hash" UUID NOT NULL,
  "body_hash" UUID NOT NULL,
  "op" TEXT NOT NULL,
  "customer_id" UUID,
  "status" SMALLINT NOT NULL,
  "answer" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "idempotency_pkey" PRIMARY KEY ("env_id","key_hash")
) PARTITION BY HASH ("key_hash");

CREATE TABLE "audit_entry" (
  "id" UUID NOT NULL,
  "org_id" INTEGER NOT NULL,
  "env_id" INTEGER,
  "actor_kind" TEXT NOT NULL,
  "actor_id" TEXT,
  "actor_label" TEXT NOT NULL,
  "action" TEXT NOT NULL,
  "target_type" TEXT NOT NULL,
  "target_id" TEXT NOT NULL,
  "before" JSONB,
  "after" JSONB,
  "reason" TEXT,
  "request_id" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);
