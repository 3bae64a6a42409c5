ALTER TABLE "api_keys" ADD COLUMN "mac" "bytea";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "mac" "bytea";--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD COLUMN "mac" "bytea";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "password_set_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "password_mac" "bytea";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "mac" "bytea";--> statement-breakpoint
CREATE INDEX "events_about_users" ON "events" USING btree ("owner_id","seq") WHERE "events"."key_id" is null;