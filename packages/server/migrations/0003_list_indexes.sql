CREATE INDEX "api_keys_owner_id_revoked_at_id_index" ON "api_keys" USING btree ("owner_id","revoked_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_expires_at_id_index" ON "api_keys" USING btree ("owner_id","expires_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_updated_at_id_index" ON "api_keys" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_title_fold_id_index" ON "api_keys" USING btree ("title_fold","id");--> statement-breakpoint
CREATE INDEX "api_keys_revoked_at_id_index" ON "api_keys" USING btree ("revoked_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_expires_at_id_index" ON "api_keys" USING btree ("expires_at","id");