import { ACMClient } from "@aws-sdk/client-acm";
import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";

/** A self-test may take nearly two minutes; a connection that hangs must not take a deploy with it. In ms. */
const REQUEST_TIMEOUT_MS = 120_000;

/** What a release asks of AWS, all in one region, with the credentials that the AWS SDK finds. */
export type Clients = ReturnType<typeof clientsFor>;

export function clientsFor(region: string) {
  const options = {
    region,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  };
  return {
    region,
    acm: new ACMClient(options),
    apiGateway: new ApiGatewayV2Client(options),
    cloudFormation: new CloudFormationClient(options),
    cognito: new CognitoIdentityProviderClient(options),
    dynamodb: new DynamoDBClient(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient({ ...options, maxAttempts: 1 }), // what is invoked twice runs twice
    s3: new S3Client(options),
    ses: new SESv2Client(options),
    sns: new SNSClient(options),
    sts: new STSClient(options),
  };
}
