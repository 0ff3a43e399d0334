import {
  DeleteRouteSettingsCommand,
  GetStageCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import * as v from "valibot";
import type { Clients } from "./clients.ts";
import { type Deployed, settledStack } from "./stacks.ts";
import type { Template } from "./template.ts";

const RouteSettings = v.optional(
  v.record(
    v.string(),
    v.object({
      ThrottlingRateLimit: v.optional(v.number()),
      ThrottlingBurstLimit: v.optional(v.number()),
      DetailedMetricsEnabled: v.optional(v.boolean()),
    }),
  ),
  {},
);

/** What a template says of single routes (aws/http_api.yml), by their keys, such as `POST /stripe_events`. */
function routeSettingsOf({ Resources }: Template): v.InferOutput<typeof RouteSettings> {
  const stage = Object.values(Resources).find(({ Type }) => Type === "AWS::ApiGatewayV2::Stage");
  return v.parse(RouteSettings, stage?.Properties.RouteSettings);
}

/**
 * Changes a service's stack with no setting of a route in the way. API Gateway adds what an update says of routes to what its
 * stage has, and refuses every update while that has something of a route that is gone; so what the next template does not say
 * is taken away first, and until the stack is changed such a route is throttled as all others are. Where the change fails,
 * what was taken away comes back; where we end before that, by the next change.
 * @param running is the template that the stack has, if it is there
 */
export async function withRouteSettings(
  clients: Clients,
  service: Deployed | undefined,
  running: Template | undefined,
  next: Template,
  change: () => Promise<void>,
): Promise<void> {
  if (!service?.outputs.HttpApiId || !running) return await change();
  const api = service.outputs.HttpApiId;
  await alignRouteSettings(clients, api, running, next);
  try {
    await change();
  } catch (error) {
    await settledStack(clients, service.name); // a change that fails is told of before it is undone
    await alignRouteSettings(clients, api, running, running);
    throw error;
  }
}

/** Lets an API have the settings that the next template says, as far as the routes are there already. */
export async function alignRouteSettings(
  { apiGateway }: Pick<Clients, "apiGateway">,
  ApiId: string,
  running: Template,
  next: Template,
): Promise<void> {
  const stage = { ApiId, StageName: "$default" };
  const there = (await apiGateway.send(new GetStageCommand(stage))).RouteSettings ?? {};
  const wanted = routeSettingsOf(next);
  for (const RouteKey of Object.keys(there).filter((route) => !(route in wanted))) {
    await apiGateway.send(new DeleteRouteSettingsCommand({ ...stage, RouteKey }));
    console.log(`${RouteKey} has no settings of its own any more.`);
  }
  const lost = Object.entries(routeSettingsOf(running)).filter(
    ([route]) => route in wanted && !(route in there),
  );
  if (lost.length === 0) return;
  await apiGateway.send(new UpdateStageCommand({ ...stage, RouteSettings: Object.fromEntries(lost) }));
  console.log(`${lost.map(([route]) => route).join(", ")}: has its own settings again.`);
}
