import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';

/** Credentials come from the workload's role. */
const s3 = new S3Client({ region: 'ap-southeast-1' });

export async function storeReceipt(orderId: string, pdf: Uint8Array): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'receipts', Key: `${orderId}.pdf`, Body: pdf }));
}
