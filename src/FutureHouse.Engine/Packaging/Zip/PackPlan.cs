namespace FutureHouse.Packaging.Zip;

/// <summary>What of an archive is made together: small files in batches, large ones in blocks.</summary>
internal static class PackPlan
{
    public static IEnumerable<PackJob> Of(List<ZipRecord> records)
    {
        var batch = new List<ZipRecord>();
        var bytes = 0L;
        foreach (var record in records)
        {
            var large = record.Item.Size > PackJob.BlockSize;
            if (batch.Count > 0 && (large || batch.Count == BatchJob.MaximumCount || bytes + record.Item.Size > PackJob.BlockSize))
            {
                yield return new BatchJob(batch);
                batch = [];
                bytes = 0;
            }

            if (!large)
            {
                batch.Add(record);
                bytes += record.Item.Size;
                continue;
            }

            var file = new LargeFile(record);
            for (var i = 0L; i < file.BlockCount; i++)
            {
                yield return new BlockJob(file, i);
            }
        }

        if (batch.Count > 0)
        {
            yield return new BatchJob(batch);
        }
    }
}
