using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Signing;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>The folders that stand for buckets (Protocol §5): found by name, and their files' addresses signed.</summary>
internal sealed class MappedBuckets(LocalPlatformOptions options, UrlSigner signer)
{
    private readonly Dictionary<string, MappedBucket> _buckets = options.Sources.Buckets.ToDictionary(b => b.Key, b => new MappedBucket(b.Key, b.Value), StringComparer.Ordinal);

    public IReadOnlyCollection<MappedBucket> All => _buckets.Values;

    /// <exception cref="ApiException">422: no bucket is mapped, in the service's words; or not this one.</exception>
    public MappedBucket Get(string name)
    {
        RequireAny();
        return _buckets.GetValueOrDefault(name)
            ?? throw ApiException.Invalid($"The bucket '{name}' is not mapped on this platform; mapped are: {string.Join(", ", _buckets.Keys.Order(StringComparer.Ordinal))}");
    }

    /// <exception cref="ApiException">422: no bucket is mapped, in the service's words.</exception>
    public void RequireAny()
    {
        if (_buckets.Count == 0)
        {
            throw ApiException.Invalid("Registering existing GCS locations is not supported");
        }
    }

    /// <summary>Where a file can be got for a while; <see langword="null"/> for one of a bucket that is mapped no more.</summary>
    public Uri? SignDownload(Uri serviceBase, string bucket, string objectName) => _buckets.ContainsKey(bucket)
        ? signer.Sign(
            serviceBase,
            HttpMethods.Get,
            bucket,
            objectName,
            options.SignedUrlLifetime,
            query: [new(DownloadHandler.DispositionParameter, ContentDisposition.Attachment(objectName.Split('/')[^1]))])
        : null;
}

/// <summary>Puts existing sources into a host.</summary>
internal static class SourceServices
{
    public static void AddSources(this IServiceCollection services)
    {
        services.AddSingleton<FileDigests>();
        services.AddSingleton<MappedBuckets>();
        services.AddSingleton<SourceTables>();
        services.AddSingleton<ExistingSources>();
    }

    /// <summary>Maps the files of each mapped bucket, <c>/BUCKET/OBJECT</c>.</summary>
    public static void MapSources(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var handler = services.GetRequiredService<BucketEndpoints>();
        foreach (var bucket in services.GetRequiredService<MappedBuckets>().All)
        {
            var downloads = new MappedDownloads(services.GetRequiredService<ObjectStore>(), bucket, services.GetRequiredService<FileDigests>());
            RequestDelegate handle = context => handler.HandleAsync(context, bucket.Name, downloads);
            endpoints.Map($"/{bucket.Name}/{{**name}}", handle).ExcludeFromDescription().AllowAnonymous(); // the signature of the URL is what counts
        }
    }
}
