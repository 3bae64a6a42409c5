CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"redacted" text NOT NULL,
	"title_fold" text COLLATE "C" NOT NULL,
	"search_text" text COLLATE "C" NOT NULL,
	"scopes" text[] NOT NULL,
	"digest" "bytea" NOT NULL,
	"pepper_id" smallint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text COLLATE "C" NOT NULL,
	"created_by_key_id" text COLLATE "C",
	"updated_at" timestamp (3) with time zone NOT NULL,
	"revision" integer NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text COLLATE "C",
	"rotated_from" text COLLATE "C",
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_digest_unique" UNIQUE("digest","pepper_id"),
	CONSTRAINT "revoked_by_somebody" CHECK (("api_keys"."revoked_at" is null) = ("api_keys"."revoked_by" is null))
);
--> statement-breakpoint
CREATE TABLE "event_head" (
	"id" smallint PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"mac" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "one_row" CHECK ("event_head"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"type" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_user_id" text COLLATE "C",
	"actor_key_id" text COLLATE "C",
	"via" text NOT NULL,
	"address" text,
	"key_id" text COLLATE "C",
	"user_id" text COLLATE "C",
	"owner_id" text COLLATE "C",
	"data" jsonb NOT NULL,
	"mac" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"digest" "bytea" NOT NULL,
	"pepper_id" smallint NOT NULL,
	"via" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_digest_unique" UNIQUE("digest","pepper_id")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ssh_keys" (
	"fingerprint" text COLLATE "C" PRIMARY KEY NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"public_key" text NOT NULL,
	"label" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"password_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD CONSTRAINT "ssh_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_created_at_id_index" ON "api_keys" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_updated_at_id_index" ON "api_keys" USING btree ("owner_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_owner_id_title_fold_id_index" ON "api_keys" USING btree ("owner_id","title_fold","id");--> statement-breakpoint
CREATE INDEX "api_keys_created_at_id_index" ON "api_keys" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_rotated_from_index" ON "api_keys" USING btree ("rotated_from");--> statement-breakpoint
CREATE INDEX "api_keys_search_trigram" ON "api_keys" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "events_key_id_seq_index" ON "events" USING btree ("key_id","seq");--> statement-breakpoint
CREATE INDEX "events_owner_id_seq_index" ON "events" USING btree ("owner_id","seq");--> statement-breakpoint
CREATE INDEX "events_actor_user_id_seq_index" ON "events" USING btree ("actor_user_id","seq");--> statement-breakpoint
CREATE INDEX "events_type_seq_index" ON "events" USING btree ("type","seq");--> statement-breakpoint
CREATE INDEX "sessions_user_id_index" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ssh_keys_user_id_index" ON "ssh_keys" USING btree ("user_id");
--> statement-breakpoint
INSERT INTO "event_head" ("id", "seq", "mac", "at") VALUES (1, 0, decode(repeat('00', 32), 'hex'), 'epoch');
