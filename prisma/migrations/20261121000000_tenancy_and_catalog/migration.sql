SET lock_timeout = '3s';

CREATE TABLE "organization" (
  "id" SERIAL NOT NULL,
  "slug" TEXT COLLATE "C" NOT NULL,
  "name" TEXT NOT NULL,
  "api_version" TEXT NOT NULL,
  "settings" JSONB NOT NULL DEFAULT '{}',
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "environment" (
  "id" SERIAL NOT NULL,
  "org_id" INTEGER NOT NULL,
  "slug" TEXT COLLATE "C" NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "catalog_version" INTEGER NOT NULL DEFAULT 1,
  "provider" TEXT,
  "provider_account_ref" TEXT,
  "clock_offset_ms" BIGINT NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "app_user" (
  "id" UUID NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT,
  "image_url" TEXT,
  "password_hash" TEXT,
  "email_verified_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "member" (
  "org_id" INTEGER NOT NULL,
  "user_id" UUID NOT NULL,
  "role" TEXT NOT NULL,
  "grant_cap" DECIMAL(38,10),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "member_pkey" PRIMARY KEY ("org_id","user_id")
);

CREATE TABLE "invitation" (
  "id" UUID NOT NULL,
  "org_id" INTEGER NOT NULL,
  "email" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "token_hash" BYTEA NOT NULL,
  "invited_by" UUID,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "accepted_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "api_key" (
  "env_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "hash" BYTEA NOT NULL,
  "prefix" TEXT NOT NULL,
  "last4" CHAR(4) NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "customer_id" UUID,
  "scopes" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  "created_by" UUID,
  "expires_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  "last_used_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "api_key_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "account" (
  "provider" TEXT NOT NULL,
  "provider_account_id" TEXT NOT NULL,
  "user_id" UUID NOT NULL,
  "type" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "account_pkey" PRIMARY KEY ("provider","provider_account_id")
);

CREATE TABLE "verification_token" (
  "identifier" TEXT NOT NULL,
  "token_hash" BYTEA NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "verification_token_pkey" PRIMARY KEY ("identifier","token_hash")
);

CREATE TABLE "session" (
  "id" UUID NOT NULL,
  "user_id" UUID NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "revoked_at" TIMESTAMPTZ(3),
  "user_agent" TEXT,
  CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sign_in_throttle" (
  "key_hash" BYTEA NOT NULL,
  "count" INTEGER NOT NULL,
  "window_started_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("key_hash")
);

CREATE TABLE "feature" (
  "env_id" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "slug" TEXT COLLATE "C" NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT,
  "type" TEXT NOT NULL,
  "consumable" BOOLEAN NOT NULL DEFAULT false,
  "display" JSONB,
  "event_names" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  "credit_schema" JSONB,
  "markups" JSONB,
  "rollup_keys" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  "archived_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "feature_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "plan" (
  "env_id" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "slug" TEXT COLLATE "C" NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT,
  "group_key" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "is_add_on" BOOLEAN NOT NULL DEFAULT false,
  "auto_enable" BOOLEAN NOT NULL DEFAULT false,
  "base_plan_id" INTEGER,
  "metadata" JSONB NOT NULL DEFAULT '{}',
  "config" JSONB,
  "billing_controls" JSONB,
  "active_version" INTEGER NOT NULL,
  "archived_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "plan_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "plan_version" (
  "env_id" INTEGER NOT NULL,
  "id" BIGSERIAL NOT NULL,
  "plan_id" INTEGER NOT NULL,
  "version" INTEGER NOT NULL,
  "custom_for" UUID,
  "trial" JSONB,
  "published_at" TIMESTAMPTZ(3),
  "content_hash" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "plan_version_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "plan_item" (
  "env_id" INTEGER NOT NULL,
  "id" BIGSERIAL NOT NULL,
  "plan_version_id" BIGINT NOT NULL,
  "n" INTEGER NOT NULL,
  "feature_id" INTEGER NOT NULL,
  "included" DECIMAL(38,10) NOT NULL DEFAULT 0,
  "unlimited" BOOLEAN NOT NULL DEFAULT false,
  "reset_unit" TEXT,
  "reset_count" INTEGER,
  "entity_feature_id" INTEGER,
  "pooled" BOOLEAN NOT NULL DEFAULT false,
  "rollover" JSONB,
  "billing_behavior" TEXT,
  "retired_at" TIMESTAMPTZ(3),
  CONSTRAINT "plan_item_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "price" (
  "env_id" INTEGER NOT NULL,
  "id" BIGSERIAL NOT NULL,
  "plan_version_id" BIGINT NOT NULL,
  "plan_item_id" BIGINT,
  "interval" TEXT NOT NULL,
  "interval_count" INTEGER NOT NULL DEFAULT 1,
  "billing_units" DECIMAL(38,10) NOT NULL DEFAULT 1,
  "method" TEXT NOT NULL,
  "tier_behavior" TEXT NOT NULL DEFAULT 'graduated',
  "max_purchase" DECIMAL(38,10),
  "on_increase" TEXT NOT NULL DEFAULT 'prorate_immediately',
  "on_decrease" TEXT NOT NULL DEFAULT 'prorate_immediately',
  CONSTRAINT "price_pkey" PRIMARY KEY ("env_id","id")
);

CREATE TABLE "price_amount" (
  "env_id" INTEGER NOT NULL,
  "price_id" BIGINT NOT NULL,
  "currency" CHAR(3) NOT NULL,
  "tier_no" INTEGER NOT NULL,
  "to_units" DECIMAL(38,10),
  "amount" DECIMAL(38,10) NOT NULL,
  "flat" DECIMAL(38,10),
  CONSTRAINT "price_amount_pkey" PRIMARY KEY ("env_id","price_id","currency","tier_no")
);

CREATE TABLE "plan_draft" (
  "env_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "plan_id" INTEGER,
  "body" JSONB NOT NULL,
  "revision" INTEGER NOT NULL DEFAULT 1,
  "updated_by" UUID,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "plan_draft_pkey" PRIMARY KEY ("env_id","id")
);
