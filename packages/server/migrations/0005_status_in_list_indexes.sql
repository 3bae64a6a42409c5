DROP INDEX "api_keys_owner_id_created_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_owner_id_updated_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_owner_id_title_fold_id_index";--> statement-breakpoint
DROP INDEX "api_keys_owner_id_revoked_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_owner_id_expires_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_created_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_updated_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_title_fold_id_index";--> statement-breakpoint
DROP INDEX "api_keys_revoked_at_id_index";--> statement-breakpoint
DROP INDEX "api_keys_expires_at_id_index";--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_created_at_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("owner_id","created_at","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_updated_at_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("owner_id","updated_at","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_title_fold_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("owner_id","title_fold","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_revoked_at_id_expires_at_index" ON "api_keys" USING btree ("owner_id","revoked_at","id","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_expires_at_id_revoked_at_index" ON "api_keys" USING btree ("owner_id","expires_at","id","revoked_at");--> statement-breakpoint
CREATE INDEX "api_keys_created_at_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("created_at","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_updated_at_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("updated_at","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_title_fold_id_revoked_at_expires_at_index" ON "api_keys" USING btree ("title_fold","id","revoked_at","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_revoked_at_id_expires_at_index" ON "api_keys" USING btree ("revoked_at","id","expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_expires_at_id_revoked_at_index" ON "api_keys" USING btree ("expires_at","id","revoked_at");