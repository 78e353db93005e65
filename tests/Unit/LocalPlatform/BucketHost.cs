using System.Net.Http.Headers;
using System.Net;
using System.Security.Cryptography;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>The bucket alone, served over loopback HTTP from a temporary store.</summary>
internal sealed class BucketHost : IAsyncDisposable
{
    private readonly bool _ownsStore;
    private readonly WebApplication _app;

    private BucketHost(WebApplication app, string store, bool ownsStore, ManualClock clock)
    {
        _app = app;
        _ownsStore = ownsStore;
        Store = store;
        Clock = clock;
        Base = new Uri(app.Urls.First());
        // No redirects: 308 is an answer here. No limit: a stalled test is the runner's affair.
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Base };
    }

    public string Store { get; }

    public ManualClock Clock { get; }

    public Uri Base { get; }

    public HttpClient Http { get; }

    public IBucket Bucket => _app.Services.GetRequiredService<IBucket>();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<BucketHost> StartAsync(string? store = null, ManualClock? clock = null, Action<WebApplication>? configure = null, bool faults = false)
    {
        var folder = store ?? Directory.CreateTempSubdirectory("fh-bucket-").FullName;
        clock ??= new ManualClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBucket(new LocalPlatformOptions { Store = folder, TimeProvider = clock, EnableFaults = faults });
        builder.Services.AddSingleton<TimeProvider>(clock).AddHostedService<StoreSweeper>();
        var app = builder.Build();
        configure?.Invoke(app);
        app.MapBucket();
        await app.StartAsync();
        return new BucketHost(app, folder, store is null, clock);
    }

    /// <summary>Stops without removing the store, so that another host may serve it.</summary>
    public async Task StopAsync() => await _app.StopAsync();

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Md5(byte[] bytes) => Convert.ToBase64String(CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes));

    public Task<HttpResponseMessage> PutPartAsync(Uri url, byte[] body, string? md5 = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-MD5", md5 ?? Md5(body));
        return Http.SendAsync(request);
    }

    /// <summary>Uploads by multipart.</summary>
    public async Task<ObjectInfo> UploadAsync(string name, params byte[][] parts)
    {
        var ticket = await Bucket.InitiateMultipartAsync(Base, name, [.. parts.Select(Md5)], default);
        var completed = new List<CompletedPart>();
        for (var i = 0; i < parts.Length; i++)
        {
            using var answer = await PutPartAsync(ticket.PartUrls[i], parts[i]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            completed.Add(new CompletedPart(i + 1, answer.Headers.ETag!.ToString(), Md5(parts[i])));
        }

        return await Bucket.CompleteMultipartAsync(name, ticket.UploadId, completed, default);
    }

    public async Task<Uri> StartSessionAsync(string name, Action<HttpRequestMessage>? configure = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Bucket.SignResumableStart(Base, name)) { Content = new ByteArrayContent([]) };
        request.Headers.Add("x-goog-resumable", "start");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        configure?.Invoke(request);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!;
    }

    /// <summary>PUTs to a session; <paramref name="contentRange"/> is sent as it is.</summary>
    public Task<HttpResponseMessage> PutSessionAsync(Uri session, string? contentRange, byte[]? body = null, string? hash = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = new ByteArrayContent(body ?? []) };
        if (contentRange is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Range", contentRange);
        }

        if (hash is not null)
        {
            request.Headers.Add("x-goog-hash", hash);
        }

        return Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> DownloadAsync(string name, Action<HttpRequestMessage>? configure = null, HttpMethod? method = null, string fileName = "f.bin")
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, Bucket.SignDownload(Base, name, fileName));
        configure?.Invoke(request);
        return Http.SendAsync(request);
    }

    /// <summary>Asserts an XML error and reads its code.</summary>
    public static async Task AssertErrorAsync(HttpStatusCode status, string code, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("application/xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, System.Xml.Linq.XDocument.Parse(body).Root!.Element("Code")!.Value);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        if (_ownsStore)
        {
            Directory.Delete(Store, recursive: true);
        }
    }
}
