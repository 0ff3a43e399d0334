import { join } from "node:path";
import { UserError } from "../cli/user_error.ts";
import { readArguments } from "./arguments.ts";
import { releaseOfCheckout } from "./git.ts";
import { runRelease } from "./run_release.ts";
import { lockCheckout, packageService } from "./serverless.ts";
import { asEnvironment, hostsOf, stageSettings } from "./stage_settings.ts";

await runRelease(async () => {
  const { stage, region, package: folder = join(".local", "package", stage) } = readArguments("package");
  const settings = stageSettings(stage, region);
  const hosts = hostsOf(settings);
  const { CERTIFICATE_ARN } = settings;
  if (hosts[0] && !CERTIFICATE_ARN)
    throw new UserError(
      `${hosts[0]} needs a certificate, and packaging asks nothing of AWS: name it as CERTIFICATE_ARN. (A deploy finds it in ACM.)`,
    );
  const certificates = Object.fromEntries(hosts.map((host) => [host, CERTIFICATE_ARN ?? ""]));
  const release = await releaseOfCheckout(stage);
  const unlock = lockCheckout();
  try {
    await packageService(
      stage,
      folder,
      asEnvironment(settings, {
        certificates,
        boundary: "",
        streams: { events: "", orders: "" },
        reserved: undefined,
        release,
      }),
    );
  } finally {
    unlock();
  }
  console.log(`Packaged ${release} for ${stage} into ${folder}.`);
});
