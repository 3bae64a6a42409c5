export * from "@latchkey/client";
