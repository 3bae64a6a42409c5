CREATE TABLE "key_hourly_uses" (
	"key_id" text COLLATE "C" NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"valid" bigint NOT NULL,
	"revoked" bigint NOT NULL,
	"expired" bigint NOT NULL,
	"owner_disabled" bigint NOT NULL,
	"insufficient_scope" bigint NOT NULL,
	CONSTRAINT "key_hourly_uses_key_id_hour_pk" PRIMARY KEY("key_id","hour")
);
--> statement-breakpoint
CREATE TABLE "key_last_uses" (
	"key_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "key_hourly_uses" ADD CONSTRAINT "key_hourly_uses_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_last_uses" ADD CONSTRAINT "key_last_uses_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "key_hourly_uses_hour_index" ON "key_hourly_uses" USING btree ("hour");--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "last_used_at";