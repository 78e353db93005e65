using FutureHouse.LocalPlatform.Faults;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Multipart;
using FutureHouse.LocalPlatform.Objects.Sessions;
using FutureHouse.LocalPlatform.Objects.Signing;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects;

/// <summary>Puts the bucket into a host.</summary>
public static class BucketServices
{
    /// <summary>Adds <see cref="IBucket"/> and what its routes need.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Store folder, clock, lifetimes.</param>
    public static IServiceCollection AddBucket(this IServiceCollection services, LocalPlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = options.TimeProvider;
        services.AddSingleton(_ => new ObjectStore(Path.Combine(options.Store, "objects"), clock));
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<ObjectStore>(); // Makes the folder, closed to others, that the key goes into.
            return SigningKey.LoadOrCreate(Path.Combine(options.Store, "objects", "signing-key.json"));
        });
        services.AddSingleton(provider => new UrlSigner(provider.GetRequiredService<SigningKey>(), clock));
        services.AddSingleton(provider => new UrlVerifier(provider.GetRequiredService<SigningKey>(), clock));
        services.AddSingleton<RunningDigests>();
        services.AddSingleton<MultipartUploads>();
        services.AddSingleton(provider => new ResumableSessions(
            provider.GetRequiredService<ObjectStore>(), provider.GetRequiredService<RunningDigests>(), clock, options.SessionLifetime));
        services.AddSingleton<DownloadHandler>();
        services.AddSingleton<UploadHandlers>();
        services.AddSingleton<BucketEndpoints>();
        services.AddSingleton<IBucket>(provider => new Bucket(
            provider.GetRequiredService<ObjectStore>(),
            provider.GetRequiredService<MultipartUploads>(),
            provider.GetRequiredService<UrlSigner>(),
            clock,
            options.SignedUrlLifetime));
        if (options.EnableFaults)
        {
            services.AddFaults();
        }

        services.AddSingleton<ISweep>(provider => new ObjectSweep(provider.GetRequiredService<ObjectStore>(), clock, options.SessionLifetime, shared: options.Database is not null));
        return services;
    }

    /// <summary>Maps the storage routes, <c>/BUCKET/OBJECT</c>, for every method.</summary>
    /// <param name="endpoints">The host's routes.</param>
    public static IEndpointConventionBuilder MapBucket(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var handler = endpoints.ServiceProvider.GetRequiredService<BucketEndpoints>();
        RequestDelegate handle = context => handler.HandleAsync(context, Bucket.BucketName);
        return endpoints.Map($"/{Bucket.BucketName}/{{**name}}", handle).ExcludeFromDescription().AllowAnonymous(); // the signature of the URL is what counts
    }
}
