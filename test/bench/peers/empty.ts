/** The least that a Lambda can be. */
export const handler = async (): Promise<{ statusCode: number }> => ({ statusCode: 200 });
