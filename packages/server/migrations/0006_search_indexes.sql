DROP INDEX "api_keys_search_trigram";--> statement-breakpoint
CREATE INDEX "api_keys_token_beginning" ON "api_keys" USING btree (lower(left("redacted", 2) collate "C"));--> statement-breakpoint
CREATE INDEX "api_keys_search_rest_trigram" ON "api_keys" USING gin (substr("search_text", 2) gin_trgm_ops);