using System.Data;
using System.Diagnostics;
using FutureHouse.LocalPlatform.Objects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>
/// Reads and writes the database. SQLite has one writer at a time and any number of readers. On a server the transactions of all platforms run side by side, as if each were alone;
/// one that another got in the way of is made again.
/// </summary>
internal sealed class PlatformStore(IDbContextFactory<PlatformDbContext> contexts, StoreOpening opening, IBucket bucket, TimeProvider clock) : IDisposable
{
    private const int MaxPassingAttempts = 4;
    private const int RemovedAtOnce = 100;
    private static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromDays(1);

    // By time, not by attempts: on a busy machine many may be at it, and each time one of them gets through. Shorter than a client waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _writer = new(1, 1);

    /// <summary>Woken when there are objects to remove beyond those that were removed at once.</summary>
    public SemaphoreSlim RemovalsWanted { get; } = new(1);

    /// <summary>Brings the database up to date. What a crash left undone is finished in the background (<see cref="ObjectRemover"/>).</summary>
    /// <exception cref="DatabaseUnavailableException">The server cannot be used.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await opening.OpenAsync(context, cancellationToken);
    }

    /// <summary>Removes the idempotency keys that do not count any more.</summary>
    public Task RemoveForgottenKeysAsync(CancellationToken cancellationToken)
    {
        var oldest = (clock.GetUtcNow() - IdempotencyLifetime).UtcTicks;
        return WriteAsync(c => c.IdempotencyKeys.Where(k => k.CreatedTicks < oldest).ExecuteDeleteAsync(cancellationToken), cancellationToken, IsolationLevel.ReadCommitted);
    }

    /// <summary>Reads from one state of the database, whatever is written meanwhile.</summary>
    public async Task<T> ReadAsync<T>(Func<PlatformDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
                if (context.Database.IsSqlite())
                {
                    return await read(context);
                }

                // An entry and what belongs to it are read by several queries.
                await using var snapshot = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
                return await read(context);
            }
            catch (Exception e) when (attempt < MaxPassingAttempts && DatabaseFailure.IsPassing(e))
            {
                await PauseAsync(attempt, cancellationToken);
            }
        }
    }

    /// <summary>Runs a change in one transaction. It may be called again where another transaction got in between: what it adds it makes itself, or leaves as it is.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed then.</param>
    /// <param name="isolation">What a change on a server sees of others; by default it is as if it were alone.</param>
    public async Task<T> WriteAsync<T>(Func<PlatformDbContext, Task<T>> change, CancellationToken cancellationToken, IsolationLevel isolation = IsolationLevel.Serializable)
    {
        var since = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var inOne = context.Database.IsSqlite();
            if (inOne)
            {
                await _writer.WaitAsync(cancellationToken);
            }

            var committing = false;
            try
            {
                await using var transaction = await context.Database.BeginTransactionAsync(isolation, cancellationToken);
                var result = await change(context);
                await context.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);
                committing = true;
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (Exception e) when ((DatabaseFailure.IsRace(e) && Stopwatch.GetElapsedTime(since) < Patience) || (attempt < MaxPassingAttempts && !committing && DatabaseFailure.IsPassing(e)))
            {
                ForgetGeneratedKeys(context);
            }
            finally
            {
                if (inOne)
                {
                    _writer.Release();
                }
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Removes objects whose entries are gone: a few at once, the rest in the background; all of them where the database fails now, as the entries' removal is made.</summary>
    public async Task RemoveDoomedObjectsAsync(CancellationToken cancellationToken)
    {
        var areLeft = true;
        try
        {
            areLeft = await RemoveDoomedObjectsAsync(string.Empty, RemovedAtOnce, cancellationToken) is not null;
        }
        catch (Exception e) when (DatabaseFailure.IsUnavailable(e) || DatabaseFailure.IsRace(e))
        {
        }

        if (areLeft)
        {
            RemovalsWanted.Release();
        }
    }

    /// <summary>Removes objects whose entries are gone.</summary>
    /// <param name="after">Name to go on after; empty for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The name to go on after, or <see langword="null"/> where there are no more. An object that something still holds is left for another time.</returns>
    public async Task<string?> RemoveDoomedObjectsAsync(string after, int most, CancellationToken cancellationToken)
    {
        // Asked again who names them, as bytes do not come back. Who finds nobody needs no lock: an object is shared by way of a row that names it, so that what nobody names nobody ever will.
#pragma warning disable CA1309 // The database compares, in the order in which it sorts.
        var names = await ReadAsync(
            c => c.DoomedObjects.Select(d => d.ObjectName)
                .Where(name => string.Compare(name, after) > 0 && !c.Entries.Any(e => e.ObjectName == name) && !c.Revisions.Any(r => r.ObjectName == name))
                .OrderBy(name => name).Take(most).ToListAsync(cancellationToken),
            cancellationToken);
#pragma warning restore CA1309
        var removed = new List<string>(names.Count);
        foreach (var name in names)
        {
            if (await bucket.DeleteAsync(name, cancellationToken))
            {
                removed.Add(name);
            }
        }

        if (removed.Count > 0)
        {
            await WriteAsync(c => c.DoomedObjects.Where(d => removed.Contains(d.ObjectName)).ExecuteDeleteAsync(cancellationToken), cancellationToken, IsolationLevel.ReadCommitted);
        }

        return names.Count == most ? names[^1] : null;
    }

    public bool IsFresh(IdempotencyRow row) => row.CreatedTicks >= (clock.GetUtcNow() - IdempotencyLifetime).UtcTicks;

    public void Dispose()
    {
        _writer.Dispose();
        RemovalsWanted.Dispose();
    }

    /// <summary>Rows that outlive a failed attempt must not keep the keys that it gave them.</summary>
    private static void ForgetGeneratedKeys(PlatformDbContext context)
    {
        var added = context.ChangeTracker.Entries().Where(e => e.State == EntityState.Added).ToList();
        var keys = added.SelectMany(e => e.Metadata.FindPrimaryKey()!.Properties.Where(p => p.ValueGenerated == ValueGenerated.OnAdd).Select(p => (e.Entity, p.PropertyInfo))).ToList();
        context.ChangeTracker.Clear();
        foreach (var (row, key) in keys)
        {
            key!.SetValue(row, 0L);
        }
    }

    private static Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        var longest = Math.Min(LongestPause.TotalMilliseconds, 5 << Math.Min(attempt, 8));
        return Task.Delay(TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2))), cancellationToken);
    }
}
