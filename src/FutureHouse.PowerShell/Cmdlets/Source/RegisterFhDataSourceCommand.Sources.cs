using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Cmdlets.Source;

/// <content>Reads the source out of the parameters; what is missing or too much is said by the name of the parameter.</content>
public sealed partial class RegisterFhDataSourceCommand
{
    private const string Scheme = "gs://";
    private static readonly char[] Wildcards = ['*', '?', '[', ']'];

    /// <exception cref="InvalidRequestException">No source is named, or several, or one without all it needs.</exception>
    private (ExistingLocation Location, bool IsCollection, string What) Read()
    {
        (string Named, bool IsGiven, Func<(ExistingLocation, bool, string)> Read)[] kinds =
        [
            ("-Uri", Uri is not null, ReadUri),
            ("-Bucket", (Bucket ?? Prefix ?? Object) is not null, ReadBucket),
            ("-TableName", (TableName ?? RowId) is not null, ReadRow),
            ("-BigQueryProject", (BigQueryProject ?? BigQueryDataset ?? BigQueryTable) is not null, ReadBigQuery),
            ("-IndexName", IndexName is not null, ReadIndex),
            ("-StorageType", SourceMetadata is not null || (StorageType ?? ContentType ?? Location) is not null, ReadGeneral),
        ];
        var given = kinds.Where(kind => kind.IsGiven).ToArray();
        return given switch
        {
            [var one] => one.Read(),
            [] => throw Wrong(SourceStrings.NoSource),
            _ => throw Wrong(SourceStrings.SeveralSources, string.Join(", ", given.Select(kind => kind.Named))),
        };
    }

    private (ExistingLocation, bool, string) ReadUri()
    {
        var uri = Uri!.Trim();
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || uri.Length == Scheme.Length || uri[Scheme.Length] == '/')
        {
            throw Wrong(SourceStrings.UriNoGcs, uri);
        }

        if (uri.IndexOfAny(Wildcards) is >= 0 and var at)
        {
            throw Wrong(SourceStrings.UriWildcard, uri[at]);
        }

        var slash = uri.IndexOf('/', Scheme.Length);
        var bucket = slash < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..slash];
        var path = slash < 0 ? string.Empty : uri[(slash + 1)..];
        return path.Length == 0 || path.EndsWith('/') ? Files(bucket, path.Length == 0 ? null : path)
            : AsCollection ? throw Wrong(SourceStrings.UriCollection)
            : File(bucket, path);
    }

    private (ExistingLocation, bool, string) ReadBucket()
    {
        var bucket = Needed(Bucket, "-Bucket", Object is null ? "-Prefix" : "-Object");
        if (Object is not { } name)
        {
            return Files(bucket, Prefix);
        }

        return Prefix is not null ? throw Wrong(SourceStrings.PrefixAndObject)
            : AsCollection ? throw Wrong(SourceStrings.ObjectCollection)
            : name.EndsWith('/') ? throw Wrong(SourceStrings.ObjectIsPrefix)
            : File(bucket, name);
    }

    private (ExistingLocation, bool, string) ReadRow()
    {
        var (table, row) = (Needed(TableName, "-TableName", "-RowId"), Needed(RowId, "-RowId", "-TableName"));
        return (ExistingLocation.Row(table, row), AsCollection, Text(SourceStrings.KindRow, table, row));
    }

    private (ExistingLocation, bool, string) ReadBigQuery()
    {
        const string Source = "BigQuery";
        var (project, dataset, table) = (Needed(BigQueryProject, "-BigQueryProject", Source), Needed(BigQueryDataset, "-BigQueryDataset", Source), Needed(BigQueryTable, "-BigQueryTable", Source));
        return (ExistingLocation.BigQuery(project, dataset, table), AsCollection, Text(SourceStrings.KindBigQuery, project, dataset, table));
    }

    private (ExistingLocation, bool, string) ReadIndex() => (ExistingLocation.Index(IndexName!), AsCollection, Text(SourceStrings.KindIndex, IndexName));

    private (ExistingLocation, bool, string) ReadGeneral()
    {
        var storage = Value<StorageType>(Needed(StorageType, "-StorageType", "-ContentType"), "-StorageType");
        var content = Value<ContentType>(Needed(ContentType, "-ContentType", "-StorageType"), "-ContentType");
        var location = new ExistingLocation { StorageType = storage, ContentType = content, Metadata = Binding.Metadata.Of(SourceMetadata), Location = Location };
        if (location.MissingMembers() is { Count: > 0 } missing)
        {
            throw Wrong(SourceStrings.MetadataLacks, string.Join(", ", missing), StorageType);
        }

        if (storage == FutureHouse.StorageType.Link && location.Location is null)
        {
            throw Wrong(SourceStrings.LocationNeeded);
        }

        if (storage == FutureHouse.StorageType.Gcs)
        {
            if (location.Location is not null && location.Metadata!.TryGetValue("prefix", out var prefix) && prefix is not null)
            {
                throw Wrong(SourceStrings.MetadataPrefix);
            }

            if (location.Location is null != AsCollection)
            {
                throw Wrong(location.Location is null ? SourceStrings.GeneralCollection : SourceStrings.ObjectCollection.Replace("-Object", "-Location", StringComparison.Ordinal));
            }
        }

        return (location, AsCollection, Text(SourceStrings.KindGeneral, StorageType));
    }

    private static (ExistingLocation, bool, string) Files(string bucket, string? prefix) => (ExistingLocation.Files(bucket, prefix), true, Text(SourceStrings.KindFiles, bucket, prefix));

    private static (ExistingLocation, bool, string) File(string bucket, string name) => (ExistingLocation.File(bucket, name), false, Text(SourceStrings.KindFile, bucket, name));

    private string Needed(string? value, string parameter, string by) => value ?? throw Wrong(SourceStrings.Needs, parameter, by);

    /// <summary>A value of an enumeration by our name or by the protocol's, which has other capitals and underscores.</summary>
    private T Value<T>(string text, string parameter)
        where T : struct, Enum
    {
        var plain = text.Replace("_", string.Empty, StringComparison.Ordinal).Replace("wEmbeddings", "WithEmbeddings", StringComparison.OrdinalIgnoreCase);
        return char.IsLetter(plain.Trim()[0]) && Enum.TryParse<T>(plain, ignoreCase: true, out var value) && !EqualityComparer<T>.Default.Equals(value, default)
            ? value
            : throw Wrong(SourceStrings.UnknownValue, parameter, string.Join(", ", Enum.GetNames<T>().Where(name => name is not ("Unknown" or "RawContent"))), text);
    }

    private InvalidRequestException Wrong(string format, params object?[] arguments) => new(Text(format, [Name, .. arguments])) { Target = Name };
}
