import type { ProvableManifest } from "@verimesh/core";
import type { AuditContext } from "./AuditContext.ts";

/** What is known of how the key was made. */
export function auditSetup({ findings }: AuditContext, { setup }: ProvableManifest): void {
  if (setup.kind === "insecure-dev") {
    findings.skip("set-up", "a development key: whoever made it may be able to forge proofs, and no audit can tell");
  }
}
