using System.Net;
using System.Net.Http.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects.Storage;
using FutureHouse.LocalPlatform.Storage;
using FutureHouse.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>What is abandoned does not gather while the platform runs.</summary>
public sealed class SweepTests
{
    public static TheoryData<bool> Databases => [false, true];

    [Fact]
    public async Task A_pass_is_made_at_the_start_and_every_hour_also_after_one_that_failed()
    {
        var (clock, sweep) = (new ManualClock(), new Counted());
        using var sweeper = new StoreSweeper([sweep], clock, NullLogger<StoreSweeper>.Instance);
        await sweeper.StartAsync(default);
        for (var pass = 1; pass <= 3; pass++)
        {
            await sweep.Passed.WaitAsync();
            clock.Now += TimeSpan.FromHours(1);
        }

        await sweep.Passed.WaitAsync();
        await sweeper.StopAsync(default);
        Assert.Equal(4, sweep.Passes);
    }

    [Fact]
    public async Task Parts_of_an_abandoned_multipart_upload_are_removed()
    {
        await using var host = await BucketHost.StartAsync();
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5([1]), BucketHost.Md5([2])], default);
        using var part = await host.PutPartAsync(ticket.PartUrls[0], [1]);
        Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        var folder = host.Get<ObjectStore>().UploadFolder("o", ticket.UploadId);
        Directory.SetLastWriteTimeUtc(folder, host.Clock.Now.UtcDateTime);

        host.Clock.Now += TimeSpan.FromDays(13);
        await SweepAsync(host);
        Assert.True(Directory.Exists(folder));

        host.Clock.Now += TimeSpan.FromDays(2);
        using (await FolderLock.AcquireAsync(folder, default))
        {
            await SweepAsync(host);
            Assert.True(Directory.Exists(folder)); // somebody finishes it
        }

        Directory.SetLastWriteTimeUtc(folder, host.Clock.Now.UtcDateTime.AddDays(-15));
        await SweepAsync(host);
        Assert.False(Directory.Exists(folder));
        await Assert.ThrowsAsync<FutureHouse.LocalPlatform.Objects.BucketException>(() => host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, part.Headers.ETag!.ToString(), null)], default));
    }

    [Fact]
    public async Task An_object_made_of_parts_is_kept()
    {
        await using var host = await BucketHost.StartAsync();
        var info = await host.UploadAsync("o", [1, 2, 3]);
        host.Clock.Now += TimeSpan.FromDays(400);
        await SweepAsync(host);
        Assert.Equal(info, await host.Bucket.GetInfoAsync("o", default));
        using var down = await host.DownloadAsync("o");
        Assert.Equal([1, 2, 3], await down.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Idempotency_keys_are_forgotten_while_the_platform_runs(bool onPostgres)
    {
        var clock = new ManualClock();
        await using var platform = await PlatformFixture.StartAsync(o => o with { TimeProvider = clock, TokenLifetime = TimeSpan.FromDays(9) }, onPostgres);
        using var ann = await platform.LogInAsync();
        await CreateAsync(ann, "old");
        clock.Now += TimeSpan.FromHours(23);
        await CreateAsync(ann, "young");
        clock.Now += TimeSpan.FromHours(2);
        foreach (var sweep in platform.Host.Services.GetServices<ISweep>())
        {
            await sweep.PassAsync(default);
        }

        var store = platform.Host.Services.GetRequiredService<PlatformStore>();
        Assert.Equal(["young"], await store.ReadAsync(c => c.IdempotencyKeys.Select(k => k.Key).ToListAsync(), default));
    }

    private static async Task CreateAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0.1/data-storage/data-entries") { Content = JsonContent.Create(new { name = "n", content = "c" }) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Task SweepAsync(BucketHost host) => host.Get<ISweep>().PassAsync(default);

    private sealed class Counted : ISweep
    {
        public SemaphoreSlim Passed { get; } = new(0);

        public int Passes { get; private set; }

        public Task PassAsync(CancellationToken cancellationToken)
        {
            Passes++;
            Passed.Release();
            return Passes == 2 ? Task.FromException(new InvalidOperationException("the database is away")) : Task.CompletedTask;
        }
    }
}
