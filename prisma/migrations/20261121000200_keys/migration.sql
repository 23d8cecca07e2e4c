SET lock_timeout = '3s';

CREATE UNIQUE INDEX "app_user_email" ON "app_user"("email");
CREATE INDEX "account_user" ON "account"("user_id");
CREATE INDEX "session_user" ON "session"("user_id");
CREATE UNIQUE INDEX "balance_edit_undone_once" ON "balance_edit"("customer_id", "undoes_id");
CREATE INDEX "subscription_plan_version" ON "subscription"("env_id", "plan_version_id");
CREATE INDEX "subscription_plan" ON "subscription"("env_id", "plan_id");
CREATE UNIQUE INDEX "feature_slug" ON "feature"("env_id", "slug");
CREATE UNIQUE INDEX "plan_slug" ON "plan"("env_id", "slug");
CREATE UNIQUE INDEX "plan_version_no" ON "plan_version"("env_id", "plan_id", "version", "custom_for") NULLS NOT DISTINCT;
CREATE UNIQUE INDEX "plan_item_position" ON "plan_item"("env_id", "plan_version_id", "n");
CREATE INDEX "price_plan_version" ON "price"("env_id", "plan_version_id");
CREATE UNIQUE INDEX "plan_draft_plan" ON "plan_draft"("env_id", "plan_id");
CREATE INDEX "meter_event_customer" ON "meter_event"("customer_id", "occurred_at");
CREATE INDEX "meter_event_feature" ON "meter_event"("env_id", "feature_id", "occurred_at");
CREATE INDEX "audit_entry_time" ON "audit_entry"("org_id", "created_at", "id");
CREATE INDEX "audit_entry_target" ON "audit_entry"("org_id", "target_type", "target_id");
CREATE UNIQUE INDEX "organization_slug" ON "organization"("slug");
CREATE UNIQUE INDEX "environment_slug" ON "environment"("org_id", "slug");
CREATE INDEX "member_user" ON "member"("user_id");
CREATE UNIQUE INDEX "invitation_token" ON "invitation"("token_hash");
CREATE UNIQUE INDEX "api_key_hash" ON "api_key"("hash");

ALTER TABLE "account"
  ADD CONSTRAINT "account_user_id_fkey"
  FOREIGN KEY ("user_id")
  REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE "session"
  ADD CONSTRAINT "session_user_id_fkey"
  FOREIGN KEY ("user_id")
  REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_env_id_feature_id_fkey"
  FOREIGN KEY ("env_id", "feature_id")
  REFERENCES "feature"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_customer_id_entity_id_fkey"
  FOREIGN KEY ("customer_id", "entity_id")
  REFERENCES "entity"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_customer_id_parent_id_fkey"
  FOREIGN KEY ("customer_id", "parent_id")
  REFERENCES "grants"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_customer_id_subscription_id_fkey"
  FOREIGN KEY ("customer_id", "subscription_id")
  REFERENCES "subscription"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "grants"
  ADD CONSTRAINT "grants_env_id_plan_item_id_fkey"
  FOREIGN KEY ("env_id", "plan_item_id")
  REFERENCES "plan_item"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "ledger_entry"
  ADD CONSTRAINT "ledger_entry_customer_id_grant_id_fkey"
  FOREIGN KEY ("customer_id", "grant_id")
  REFERENCES "grants"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "balance_edit"
  ADD CONSTRAINT "balance_edit_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "balance_edit"
  ADD CONSTRAINT "balance_edit_customer_id_grant_id_fkey"
  FOREIGN KEY ("customer_id", "grant_id")
  REFERENCES "grants"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "balance_edit"
  ADD CONSTRAINT "balance_edit_customer_id_undoes_id_fkey"
  FOREIGN KEY ("customer_id", "undoes_id")
  REFERENCES "balance_edit"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "balance_edit"
  ADD CONSTRAINT "balance_edit_approved_by_fkey"
  FOREIGN KEY ("approved_by")
  REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_env_id_plan_id_fkey"
  FOREIGN KEY ("env_id", "plan_id")
  REFERENCES "plan"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_env_id_plan_version_id_fkey"
  FOREIGN KEY ("env_id", "plan_version_id")
  REFERENCES "plan_version"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_customer_id_entity_id_fkey"
  FOREIGN KEY ("customer_id", "entity_id")
  REFERENCES "entity"("customer_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "feature"
  ADD CONSTRAINT "feature_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan"
  ADD CONSTRAINT "plan_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan"
  ADD CONSTRAINT "plan_env_id_base_plan_id_fkey"
  FOREIGN KEY ("env_id", "base_plan_id")
  REFERENCES "plan"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_version"
  ADD CONSTRAINT "plan_version_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_version"
  ADD CONSTRAINT "plan_version_env_id_plan_id_fkey"
  FOREIGN KEY ("env_id", "plan_id")
  REFERENCES "plan"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_version"
  ADD CONSTRAINT "plan_version_env_id_custom_for_fkey"
  FOREIGN KEY ("env_id", "custom_for")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_item"
  ADD CONSTRAINT "plan_item_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_item"
  ADD CONSTRAINT "plan_item_env_id_plan_version_id_fkey"
  FOREIGN KEY ("env_id", "plan_version_id")
  REFERENCES "plan_version"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_item"
  ADD CONSTRAINT "plan_item_env_id_feature_id_fkey"
  FOREIGN KEY ("env_id", "feature_id")
  REFERENCES "feature"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_item"
  ADD CONSTRAINT "plan_item_env_id_entity_feature_id_fkey"
  FOREIGN KEY ("env_id", "entity_feature_id")
  REFERENCES "feature"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "price"
  ADD CONSTRAINT "price_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "price"
  ADD CONSTRAINT "price_env_id_plan_version_id_fkey"
  FOREIGN KEY ("env_id", "plan_version_id")
  REFERENCES "plan_version"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "price"
  ADD CONSTRAINT "price_env_id_plan_item_id_fkey"
  FOREIGN KEY ("env_id", "plan_item_id")
  REFERENCES "plan_item"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "price_amount"
  ADD CONSTRAINT "price_amount_env_id_price_id_fkey"
  FOREIGN KEY ("env_id", "price_id")
  REFERENCES "price"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_draft"
  ADD CONSTRAINT "plan_draft_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_draft"
  ADD CONSTRAINT "plan_draft_env_id_plan_id_fkey"
  FOREIGN KEY ("env_id", "plan_id")
  REFERENCES "plan"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "plan_draft"
  ADD CONSTRAINT "plan_draft_updated_by_fkey"
  FOREIGN KEY ("updated_by")
  REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

ALTER TABLE "customer"
  ADD CONSTRAINT "customer_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "customer_head"
  ADD CONSTRAINT "customer_head_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "entity"
  ADD CONSTRAINT "entity_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "entity"
  ADD CONSTRAINT "entity_env_id_feature_id_fkey"
  FOREIGN KEY ("env_id", "feature_id")
  REFERENCES "feature"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "audit_entry"
  ADD CONSTRAINT "audit_entry_org_id_fkey"
  FOREIGN KEY ("org_id")
  REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "environment"
  ADD CONSTRAINT "environment_org_id_fkey"
  FOREIGN KEY ("org_id")
  REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "member"
  ADD CONSTRAINT "member_org_id_fkey"
  FOREIGN KEY ("org_id")
  REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "member"
  ADD CONSTRAINT "member_user_id_fkey"
  FOREIGN KEY ("user_id")
  REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE "invitation"
  ADD CONSTRAINT "invitation_org_id_fkey"
  FOREIGN KEY ("org_id")
  REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "invitation"
  ADD CONSTRAINT "invitation_invited_by_fkey"
  FOREIGN KEY ("invited_by")
  REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_env_id_fkey"
  FOREIGN KEY ("env_id")
  REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_env_id_customer_id_fkey"
  FOREIGN KEY ("env_id", "customer_id")
  REFERENCES "customer"("env_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_created_by_fkey"
  FOREIGN KEY ("created_by")
  REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE RESTRICT;
