SET lock_timeout = '3s';

-- An undo names the edit alone, not its customer.
CREATE INDEX "balance_edit_id" ON "balance_edit"("env_id", "id");
