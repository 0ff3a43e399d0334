const { DOMAIN } = process.env;

/** The API's own address is always there; the smoke test goes by it before a domain's DNS does. */
export const apiUrl = { "Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" };

/** Where people and Stripe reach the service; see `configuration.baseUrl`. */
export const baseUrl = DOMAIN ? `https://${DOMAIN}` : apiUrl;
