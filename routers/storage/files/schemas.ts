import { z } from 'zod';
import { UploadedFile } from '../../core/multipart.ts';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const FileName = TrimmedText(255).meta({ example: 'debug_log.txt' });

export const UploadInput = z.object({
  file: UploadedFile,
  context_id: z.string().max(200).optional().meta({
    description: 'What the file belongs to: a job, a run …',
    example: 'job-xyz',
  }),
  file_name: FileName.optional().meta({
    description: 'What it is called; the name that came with the bytes unless given',
  }),
});

export const UploadForInput = z.object({
  file: UploadedFile,
  description: z.string().max(2000).optional().meta({ example: '10월 판매 실적 데이터' }),
  purpose: z.string().max(200).optional().meta({ example: 'dataset_analysis' }),
});

const file_id = z.int().positive().meta({ example: 12 });

export const FileInput = z.object({ file_id });

export const GetFileInput = z.object({
  file_id,
  download: z.boolean().default(false).meta({ description: 'Answer the bytes instead (REST alone)' }),
});

export const StoredFile = z
  .object({
    file_id,
    file_name: FileName,
    size: z.int().meta({ description: 'Bytes', example: 48213 }),
    sha256: z.string().meta({
      description: 'Of the bytes, hex',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    mime_type: z.string().meta({ description: 'Told from the bytes', example: 'text/plain' }),
    context_id: z.string().nullable().meta({ example: 'job-xyz' }),
    created_at: Timestamp,
    download_url: z.string().meta({ example: '/files/12/content' }),
  })
  .meta({ id: 'StoredFile' });

export const DescribedFile = StoredFile.extend({
  description: z.string().nullable().meta({ example: '10월 판매 실적 데이터' }),
  purpose: z.string().nullable().meta({ example: 'dataset_analysis' }),
}).meta({ id: 'DescribedFile' });
