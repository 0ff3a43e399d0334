/**
 * What one would otherwise write: the Lambda that Stripe's and Powertools' docs teach, put together well. It reads the
 * endpoint's secret from its settings, lets Stripe's SDK verify, and makes the work idempotent with Powertools; the work
 * is to keep the event for whatever comes next. (docs.stripe.com/webhooks/quickstart;
 * docs.aws.amazon.com/powertools/typescript, "Idempotency".)
 */
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import Stripe from "stripe";

const {
  TEXTBOOK_SETTINGS_TABLE = "",
  TEXTBOOK_EVENTS_TABLE = "",
  TEXTBOOK_IDEMPOTENCY_TABLE = "",
} = process.env;

const stripe = new Stripe("sk_test_placeholder");
const dynamodb = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(dynamodb);
const config = new IdempotencyConfig({ eventKeyJmesPath: "id" });

const keep = makeIdempotent(
  async (event: Stripe.Event, marketplace: string) => {
    await documents.send(
      new PutCommand({
        TableName: TEXTBOOK_EVENTS_TABLE,
        Item: {
          id: event.id,
          marketplace,
          type: event.type,
          created: event.created,
          received_at: new Date().toISOString(),
          payload: JSON.stringify(event),
        },
      }),
    );
    return { received: true };
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({
      tableName: TEXTBOOK_IDEMPOTENCY_TABLE,
      awsSdkV3Client: dynamodb,
    }),
    config,
  },
);

export const handler = async (
  request: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> => {
  config.registerLambdaContext(context);
  const marketplace = request.pathParameters?.marketplace ?? "";
  const { Item } = await documents.send(
    new GetCommand({ TableName: TEXTBOOK_SETTINGS_TABLE, Key: { marketplace } }),
  );
  const body = Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");
  let event: Stripe.Event;
  try {
    const signature = request.headers["stripe-signature"] ?? "";
    event = stripe.webhooks.constructEvent(body, signature, Item?.webhook_secret ?? "");
  } catch {
    return { statusCode: 400, body: "Webhook signature verification failed." };
  }
  await keep(event, marketplace);
  return { statusCode: 200, body: JSON.stringify({ received: true }) };
};
