/** What the app's modules read at first use; none of these services is ever asked. */
export function setEnvironment(): void {
  Object.assign(process.env, {
    APP_ORIGIN: 'http://localhost:3000', SESSION_SECRET: Buffer.alloc(32, 5).toString('base64'), COGNITO_REGION: 'eu-west-1',
    COGNITO_USER_POOL_ID: 'eu-west-1_Selkie000', COGNITO_CLIENT_ID: 'client', COGNITO_CLIENT_SECRET: 'a-client-secret-of-this-test',
    S3_BUCKET: 'selkie', S3_REGION: 'eu-west-1', UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9', UPSTASH_REDIS_REST_TOKEN: 'redistokenredistoken',
  });
}
