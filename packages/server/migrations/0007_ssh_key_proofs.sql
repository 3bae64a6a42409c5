ALTER TABLE "ssh_keys" ADD COLUMN "added_by" text COLLATE "C";--> statement-breakpoint
-- The log knows who registered a key, for whom, the last time.
UPDATE "ssh_keys" k SET "added_by" = coalesce((
  SELECT e."actor_user_id" FROM "events" e
  WHERE e."type" = 'ssh_key.added' AND e."user_id" = k."user_id" AND e."data"->>'fingerprint' = k."fingerprint"
  ORDER BY e."seq" DESC LIMIT 1
), k."user_id");--> statement-breakpoint
ALTER TABLE "ssh_keys" ALTER COLUMN "added_by" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD COLUMN "proven" boolean DEFAULT false NOT NULL;
