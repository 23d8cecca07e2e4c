SET lock_timeout = '3s';

-- A check writes nothing, so the first one is remembered here for those who set the product up.
ALTER TABLE "environment" ADD COLUMN "first_check_at" TIMESTAMPTZ(3);
