import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';

const s3 = new S3Client({
  region: 'ap-southeast-1',
  credentials: {
    accessKeyId: '{{AWS_ACCESS_KEY_ID}}',
    secretAccessKey: '{{AWS_SECRET_ACCESS_KEY}}',
  },
});

export async function storeReceipt(orderId: string, pdf: Uint8Array): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'receipts', Key: `${orderId}.pdf`, Body: pdf }));
}
