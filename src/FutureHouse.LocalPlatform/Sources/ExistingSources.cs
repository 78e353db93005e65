using System.Text.Json;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>Entries whose data lies elsewhere (Protocol §5): checked when they are made, read when they are asked for.</summary>
internal sealed class ExistingSources(MappedBuckets buckets, SourceTables tables, LocalPlatformOptions options)
{
    private const string BucketName = "bucket_name";
    private const string Prefix = "prefix";
    private const string TableName = "table_name";
    private const string RowId = "row_id";

    /// <summary>Gives a new entry its locations.</summary>
    /// <param name="entry">The entry; it has one location, of no kind yet.</param>
    /// <param name="existing">The <c>existing_location</c> as it was sent.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">422: something is missing, or cannot be reached.</exception>
    public async Task ResolveAsync(EntryRow entry, JsonElement existing, CancellationToken cancellationToken)
    {
        var source = ExistingLocation.Read(existing, storage =>
        {
            if (storage == "gcs")
            {
                buckets.RequireAny();
            }
        });
        var first = entry.Locations.Single();
        first.StorageType = source.StorageType;
        first.ContentType = source.ContentType;
        first.Location = source.Location;
        first.MetadataJson = source.MetadataJson;
        if (source.StorageType == "gcs")
        {
            await Task.Run(() => ResolveFiles(entry, source, cancellationToken), cancellationToken);
        }
        else if (source.StorageType == "pg_table")
        {
            await RequireRowAsync(source.Text(TableName)!, source.Text(RowId)!, cancellationToken);
        }
    }

    /// <summary>Fills in what an entry's row does not have: the text of a row of a table, as it is now.</summary>
    /// <param name="entry">The entry, on its way out; not saved again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">503: the server cannot be reached or does not answer; 422: the row has become too large, or the table is gone.</exception>
    public async Task FillAsync(EntryRow entry, CancellationToken cancellationToken)
    {
        if (entry.Locations is not [{ StorageType: "pg_table" } location]
            || LocationMetadata.Text(location.MetadataJson, TableName) is not { } table || LocationMetadata.Text(location.MetadataJson, RowId) is not { } row)
        {
            return;
        }

        try
        {
            entry.Content = await tables.FindAsync(table, row, cancellationToken);
        }
        catch (SourceRowException e)
        {
            throw e.AtRead();
        }
    }

    /// <summary>Where the bytes of a location that is not the platform's own can be got; <see langword="null"/> where it is not of that kind.</summary>
    public Uri? SignedUrl(LocationRow location, Uri serviceBase) =>
        location is { StorageType: "gcs", Location: { } name } && LocationMetadata.Text(location.MetadataJson, BucketName) is { } bucket ? buckets.SignDownload(serviceBase, bucket, name) : null;

    private async Task RequireRowAsync(string table, string row, CancellationToken cancellationToken)
    {
        try
        {
            if (await tables.FindAsync(table, row, cancellationToken) is null)
            {
                throw ApiException.Invalid($"The table '{table}' has no row with the id '{PostgresTables.Shown(row)}'");
            }
        }
        catch (SourceRowException e)
        {
            throw e.AtRegistration();
        }
    }

    private void ResolveFiles(EntryRow entry, ExistingLocation source, CancellationToken cancellationToken)
    {
        var bucket = buckets.Get(source.Text(BucketName)!);
        var prefix = source.Text(Prefix);
        if (!string.IsNullOrEmpty(prefix) && (source.Location is not null || !entry.IsCollection))
        {
            throw ApiException.Invalid("Prefix is not allowed for single file GCS storage");
        }

        if (source.Location is not null)
        {
            ResolveFile(entry, bucket, source.Location);
            return;
        }

        if (!entry.IsCollection)
        {
            throw ApiException.Invalid("A single file of GCS storage needs its name as location; for all files of a bucket or below a prefix is_collection should be true");
        }

        if (source.ContentType != "directory")
        {
            throw ApiException.Invalid("The files of a bucket or below a prefix are of content_type 'directory'");
        }

        SetFiles(entry, List(bucket, prefix ?? string.Empty, cancellationToken));
    }

    private static void ResolveFile(EntryRow entry, MappedBucket bucket, string name)
    {
        if (entry.IsCollection)
        {
            throw ApiException.Invalid("A single file of GCS storage is no collection: is_collection should be false");
        }

        if (bucket.Find(name) is null)
        {
            throw ApiException.Invalid($"There is no file '{PostgresTables.Shown(name)}' in the bucket '{bucket.Name}'");
        }

        entry.Locations[0].ContentType = "file";
    }

    private List<string> List(MappedBucket bucket, string prefix, CancellationToken cancellationToken)
    {
        List<string> names;
        try
        {
            names = bucket.List(prefix, options.Sources.MostFiles, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ApiException.Invalid($"The folder of the bucket '{bucket.Name}' cannot be read as a whole");
        }

        return names.Count == 0 ? throw ApiException.Invalid(prefix.Length == 0 ? $"There is no file in the bucket '{bucket.Name}'" : $"No file in the bucket '{bucket.Name}' matches the prefix '{PostgresTables.Shown(prefix)}'")
            : names.Count > options.Sources.MostFiles ? throw ApiException.Invalid($"More than {options.Sources.MostFiles} files in the bucket '{bucket.Name}' match; register narrower prefixes")
            : names;
    }

    /// <summary>One location a file; a single one is just that file.</summary>
    private static void SetFiles(EntryRow entry, List<string> names)
    {
        var first = entry.Locations[0];
        entry.IsCollection = names.Count > 1;
        entry.Locations.Clear();
        for (var i = 0; i < names.Count; i++)
        {
            entry.Locations.Add(new LocationRow
            {
                Id = Guid.CreateVersion7(),
                EntryId = entry.Id,
                StorageType = first.StorageType,
                ContentType = "file",
                Location = names[i],
                MetadataJson = first.MetadataJson,
                Ordinal = i,
                CreatedTicks = first.CreatedTicks,
            });
        }
    }
}
