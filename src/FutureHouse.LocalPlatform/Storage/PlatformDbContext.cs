using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>The platform's database, whichever server keeps it.</summary>
internal abstract class PlatformDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<EntryRow> Entries => Set<EntryRow>();

    public DbSet<RevisionRow> Revisions => Set<RevisionRow>();

    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    public DbSet<ProvenanceRow> Provenance => Set<ProvenanceRow>();

    public DbSet<SourceTableRow> SourceTables => Set<SourceTableRow>();

    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();

    public DbSet<DoomedObjectRow> DoomedObjects => Set<DoomedObjectRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EntryRow>(entry =>
        {
            entry.HasKey(e => e.Key);
            entry.HasAlternateKey(e => e.Id);
            entry.Property(e => e.Id).ValueGeneratedNever();
            entry.HasIndex(e => new { e.DatasetId, e.Key });
            entry.HasIndex(e => e.ParentId);
            entry.HasIndex(e => new { e.UserId, e.Key });
            entry.HasIndex(e => e.ShareStatus);
            entry.HasIndex(e => e.ObjectName);
            entry.HasIndex(e => e.RevisionId);
            entry.HasIndex(e => e.ShortAlias).IsUnique();
            entry.HasOne<DatasetRow>().WithMany().HasForeignKey(e => e.DatasetId).OnDelete(DeleteBehavior.Cascade);
            entry.HasMany(e => e.Locations).WithOne().HasForeignKey(l => l.EntryId).HasPrincipalKey(e => e.Id).OnDelete(DeleteBehavior.Cascade);
            entry.HasMany(e => e.Accessors).WithOne().HasForeignKey(a => a.EntryId).HasPrincipalKey(e => e.Id).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<RevisionRow>(revision =>
        {
            revision.HasKey(r => r.Id);
            revision.Property(r => r.Id).ValueGeneratedNever();
            revision.HasIndex(r => new { r.EntryId, r.Version });
            revision.HasIndex(r => r.ObjectName);
            revision.HasOne<EntryRow>().WithMany().HasForeignKey(r => r.EntryId).HasPrincipalKey(e => e.Id).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<LocationRow>().HasKey(l => l.Id);
        modelBuilder.Entity<LocationRow>().Property(l => l.Id).ValueGeneratedNever();
        modelBuilder.Entity<AccessorRow>().HasKey(a => new { a.EntryId, a.Kind, a.Value });
        modelBuilder.Entity<AccessorRow>().HasIndex(a => new { a.Kind, a.Value });
        modelBuilder.Entity<DatasetRow>().HasKey(d => d.Id);
        modelBuilder.Entity<DatasetRow>().Property(d => d.Id).ValueGeneratedNever();
        modelBuilder.Entity<ProvenanceRow>().HasKey(p => p.Key);
        modelBuilder.Entity<ProvenanceRow>().HasIndex(p => new { p.ActorId, p.Operation });
        modelBuilder.Entity<SourceTableRow>().HasKey(r => new { r.Table, r.RowId });
        modelBuilder.Entity<IdempotencyRow>().HasKey(i => new { i.UserId, i.Key });
        modelBuilder.Entity<IdempotencyRow>().HasIndex(i => i.CreatedTicks);
        modelBuilder.Entity<DoomedObjectRow>().HasKey(d => d.ObjectName);
    }
}

/// <summary>The database in a file of the store.</summary>
internal sealed class SqlitePlatformDbContext(DbContextOptions<SqlitePlatformDbContext> options) : PlatformDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // Four bytes a number, little-endian: a tenth of the text, and read without parsing.
        modelBuilder.Entity<EntryRow>().Property(e => e.UnitEmbedding).HasConversion(
            vector => vector == null ? null : Vectors.ToBytes(vector),
            bytes => bytes == null ? null : Vectors.FromBytes(bytes),
            Vectors.Comparer);
    }
}

/// <summary>The database on a PostgreSQL server, which several platforms may share.</summary>
internal sealed class PostgresPlatformDbContext(DbContextOptions<PostgresPlatformDbContext> options) : PlatformDbContext(options);
