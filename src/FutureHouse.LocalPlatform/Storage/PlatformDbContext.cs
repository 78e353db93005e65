using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>The platform's database.</summary>
internal sealed class PlatformDbContext(DbContextOptions<PlatformDbContext> options) : DbContext(options)
{
    public DbSet<EntryRow> Entries => Set<EntryRow>();

    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();

    public DbSet<DoomedObjectRow> DoomedObjects => Set<DoomedObjectRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EntryRow>(entry =>
        {
            entry.HasKey(e => e.Id);
            entry.HasIndex(e => e.DatasetId);
            entry.HasIndex(e => e.ParentId);
            entry.HasIndex(e => e.UserId);
            entry.HasIndex(e => e.ShortAlias).IsUnique();
            entry.HasOne<DatasetRow>().WithMany().HasForeignKey(e => e.DatasetId).OnDelete(DeleteBehavior.Cascade);
            entry.HasMany(e => e.Locations).WithOne().HasForeignKey(l => l.EntryId).OnDelete(DeleteBehavior.Cascade);
            entry.HasMany(e => e.Accessors).WithOne().HasForeignKey(a => a.EntryId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<LocationRow>().HasKey(l => l.Id);
        modelBuilder.Entity<LocationRow>().Property(l => l.Id).ValueGeneratedNever();
        modelBuilder.Entity<EntryRow>().Property(e => e.Id).ValueGeneratedNever();
        modelBuilder.Entity<DatasetRow>().Property(d => d.Id).ValueGeneratedNever();
        modelBuilder.Entity<AccessorRow>().HasKey(a => new { a.EntryId, a.Kind, a.Value });
        modelBuilder.Entity<DatasetRow>().HasKey(d => d.Id);
        modelBuilder.Entity<IdempotencyRow>().HasKey(i => new { i.UserId, i.Key });
        modelBuilder.Entity<IdempotencyRow>().HasIndex(i => i.CreatedTicks);
        modelBuilder.Entity<DoomedObjectRow>().HasKey(d => d.ObjectName);
    }
}
